import type { AnswerRequest } from '../../core/answer-request.ts';
import type { Backend } from '../../core/backend.ts';
import type { ConversationRegistry } from '../../core/conversation-info.ts';
import type { CredentialSource } from '../../core/credential-source.ts';
import type { PrepareImages } from '../../core/prepare-images.ts';
import type { ChoiceEvent, RunEvent } from '../../core/run-event.ts';
import type { SessionInfo } from '../../core/session-store.ts';
import { createAdmission } from '../admission.ts';
import { runChoices } from '../choices.ts';
import { createConversationRegistry } from '../conversations/conversation-registry.ts';
import { createHeldRuns } from '../conversations/held-runs.ts';
import { createKeptAgents } from '../conversations/kept-agents.ts';
import { createKnownConversations } from '../conversations/known-conversations.ts';
import { createToldCalls } from '../conversations/told-calls.ts';
import type { NamedSessions } from '../sessions/named-sessions.ts';
import type { AnswerContext, AnswerObserver, ConversationKind } from './answer-context.ts';
import type { AnswerEnvironment } from './answer-environment.ts';
import { answerOnce } from './answer-once.ts';
import { createAnswerRecorder } from './answer-recorder.ts';
import { toCandidates } from './candidates.ts';
import { createRepeatedRequests, toRepeatKey } from './repeated-requests.ts';
import { tryCredentials } from './try-credentials.ts';

/** Numbers that a user can set; durations in milliseconds. */
export interface AnswerLimits {
  readonly maxConcurrentRuns: number;
  readonly maxQueuedRuns: number;
  readonly maxHeldRuns: number;
  readonly heldRunMs: number;
  readonly maxConversations: number;
  readonly conversationIdleMs: number;
  /** How often in a row the same tool call may be made; 0 for any number. */
  readonly repeatedCallLimit: number;
}

export interface AnswersOptions {
  readonly backend: Pick<Backend, 'run' | 'hasAgent' | 'releaseAgents'>;
  readonly credentials: CredentialSource;
  readonly sessions: NamedSessions;
  readonly prepareImages: PrepareImages;
  readonly limits: AnswerLimits;
  /** Called after each change of {@link Answers.activeRuns} and {@link Answers.queuedRuns}. */
  readonly onDidChange: () => void;
}

/** Answers requests: the engine's front door for every wire. */
export interface Answers {
  /** Answers that are being given or waited for at this moment. Runs that wait for tool results do not count. */
  readonly activeRuns: number;
  /** Runs that wait for their turn: each choice of a request has its own. */
  readonly queuedRuns: number;
  /** Runs of all owners that wait for tool results. */
  readonly heldRunCount: number;
  /**
   * Answers a request. Returning from the iteration or aborting `signal` cancels what runs upstream.
   *
   * @throws GatewayError where the request cannot be run at all; a failure of the run is its last event
   */
  answer(
    request: AnswerRequest,
    context: AnswerContext,
    signal: AbortSignal,
    observer: AnswerObserver,
  ): AsyncGenerator<ChoiceEvent>;
  readonly heldRuns: {
    /** Those outside of named sessions. */
    list(owner: string): readonly SessionInfo[];
    /** False where the owner has no such run. */
    cancel(owner: string, id: string): boolean;
  };
  /** What clients of all owners may go on with. */
  readonly conversations: ConversationRegistry;
  /** Lets go of what a deleted session has running and kept. */
  forgetSession(sessionId: string): void;
  /** Lets go of what an owner has waiting and kept, as nobody can go on with it any more. */
  forgetOwner(owner: string): void;
  /** Cancels every run that waits for tool results, and lets go of every agent. */
  stop(): void;
}

const HELD_PREFIX = 'held-';

const UNOBSERVED: AnswerObserver = { onPlaced: () => undefined, onAdmitted: () => undefined };

export const createAnswers = ({ backend, credentials, sessions, limits, ...options }: AnswersOptions): Answers => {
  const environment = {
    backend,
    admission: createAdmission({
      maxConcurrent: limits.maxConcurrentRuns,
      maxQueued: limits.maxQueuedRuns,
      onDidChangeQueue: options.onDidChange,
    }),
    heldRuns: createHeldRuns({ maxCount: limits.maxHeldRuns, limitMs: limits.heldRunMs }),
    keptAgents: createKeptAgents({
      maxCount: limits.maxConversations,
      idleMs: limits.conversationIdleMs,
      hasAgent: (agentId) => backend.hasAgent(agentId),
      release: (agentIds) => backend.releaseAgents(agentIds),
    }),
    known: createKnownConversations(),
    toldCalls: createToldCalls(),
    prepareImages: options.prepareImages,
    repeatedCallLimit: limits.repeatedCallLimit,
  } satisfies AnswerEnvironment;
  const { admission, heldRuns, keptAgents } = environment;
  const repeatedRequests = createRepeatedRequests();
  let activeRuns = 0;

  const changeActive = (by: number): void => {
    activeRuns += by;
    options.onDidChange();
  };

  async function* answer(
    request: AnswerRequest,
    context: AnswerContext,
    signal: AbortSignal,
    observer: AnswerObserver,
  ): AsyncGenerator<ChoiceEvent> {
    const repeatKey = toRepeatKey(request, context);
    if (repeatKey === null) {
      yield* answerAnew(request, context, signal, observer);
      return;
    }
    let kind: ConversationKind | null = null;
    const watching: AnswerObserver = {
      onPlaced(placed) {
        kind = placed;
        observer.onPlaced(placed);
      },
      onAdmitted: () => observer.onAdmitted(),
    };
    yield* repeatedRequests.answer(repeatKey, signal, {
      sessionId: context.sessionId,
      produce: () => answerAnew(request, context, signal, watching),
      // A session has taken the results in, whatever became of the run that waited for them.
      isKept: () => kind === 'resumed-tools' || (kind === 'rebuilt' && context.sessionId !== null),
      onRepeat: () => observer.onPlaced('resumed-tools'),
    });
  }

  async function* answerAnew(
    request: AnswerRequest,
    context: AnswerContext,
    signal: AbortSignal,
    observer: AnswerObserver,
  ): AsyncGenerator<ChoiceEvent> {
    const selected = await credentials.select(context.account);
    const session = context.sessionId === null ? null : sessions.begin(context.owner, context.sessionId, request);
    const first = createAnswerRecorder();
    changeActive(1);
    try {
      const effective: AnswerRequest =
        session === null ? request : { ...request, systemPrompt: session.systemPrompt, messages: session.messages };
      const candidates = toCandidates(selected, effective, context, environment);
      const start = (choice: number, choiceSignal: AbortSignal): AsyncIterable<RunEvent> =>
        tryCredentials(credentials, candidates, ({ credential, shape, getKeys }) =>
          answerOnce(environment, {
            request: effective,
            apiKey: credential.apiKey,
            shape,
            keys: getKeys(),
            mayContinue: choice === 0,
            recorder: choice === 0 ? first : createAnswerRecorder(),
            signal: choiceSignal,
            isForgotten: () => session?.isDeleted ?? false,
            observer: choice === 0 ? observer : UNOBSERVED,
          }),
        );
      let running = request.choices;
      for await (const event of runChoices(request.choices, start, signal)) {
        if (event.type === 'run-end') running -= 1;
        // Before the client has the last event, as it may go on at once.
        if (running === 0) session?.finish(first.toMessage(), first.usage);
        yield event;
      }
    } finally {
      // A client that hung up on a stream has seen a part of the answer: the session goes on from that.
      if (signal.aborted && context.isStream && !first.isEmpty) session?.finish(first.toMessage(), first.usage);
      session?.release();
      changeActive(-1);
    }
  }

  return {
    get activeRuns() {
      return activeRuns;
    },
    get queuedRuns() {
      return admission.queued;
    },
    get heldRunCount() {
      return heldRuns.listAll().length;
    },
    answer,
    heldRuns: {
      list: (owner) =>
        heldRuns.list(owner).map(({ dialogue, modelId, createdAt, heldAt }) => ({
          id: `${HELD_PREFIX}${dialogue.started?.agentId ?? ''}`,
          model: modelId,
          createdAt,
          lastUsedAt: heldAt,
        })),
      cancel: (owner, id) => id.startsWith(HELD_PREFIX) && heldRuns.cancel(owner, id.slice(HELD_PREFIX.length)),
    },
    conversations: createConversationRegistry({ sessions, keptAgents, heldRuns }),
    forgetSession(sessionId) {
      repeatedRequests.forget(sessionId);
      heldRuns.cancelSession(sessionId);
      keptAgents.releaseSession(sessionId);
    },
    forgetOwner(owner) {
      heldRuns.cancelOwner(owner);
      keptAgents.releaseOwner(owner);
    },
    stop() {
      repeatedRequests.clear();
      heldRuns.cancelAll();
      keptAgents.clear();
    },
  };
};
