import { onTestFinished } from 'vitest';
import type { AnswerRequest } from '../../src/core/answer-request.ts';
import { DEFAULT_ACCOUNT } from '../../src/core/credential-source.ts';
import type { GatewayErrorCode } from '../../src/core/error-specs.ts';
import type { ChoiceEvent, RunEvent } from '../../src/core/run-event.ts';
import type { AssistantMessage, Message } from '../../src/core/run-request.ts';
import type { Usage } from '../../src/core/usage.ts';
import type { AnswerContext, ConversationKind } from '../../src/engine/answer/answer-context.ts';
import { createAnswerRecorder } from '../../src/engine/answer/answer-recorder.ts';
import { type AnswerLimits, createAnswers } from '../../src/engine/answer/create-answers.ts';
import { createNamedSessions } from '../../src/engine/sessions/named-sessions.ts';
import { createMemorySessionStore } from '../../src/storage/memory-session-store.ts';
import { checkRunGrammar } from './check-run-grammar.ts';
import { createFakeModel, type ModelScript, modelTurn } from './fake-model.ts';
import { createFixedCredentials } from './fixed-credentials.ts';
import { createMemoryLogger } from './memory-logger.ts';

const LIMITS: AnswerLimits = {
  maxConcurrentRuns: 8,
  maxQueuedRuns: 8,
  maxHeldRuns: 8,
  heldRunMs: 60_000,
  maxConversations: 8,
  conversationIdleMs: 60_000,
  repeatedCallLimit: 3,
};

export const TOOLS = ['read', 'write'].map((name) => ({
  name,
  description: null,
  parameters: { type: 'object', properties: {} },
}));

/** The parts that conversations of tests are made of. */
export const text = (value: string) => ({ type: 'text', text: value }) as const;
export const user = (value: string): Message => ({ role: 'user', content: [text(value)] });
export const tool = (toolCallId: string, value: string): Message => ({
  role: 'tool',
  toolCallId,
  content: [text(value)],
});
export const usageOf = (inputTokens: number, outputTokens: number): Usage => ({
  inputTokens,
  outputTokens,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
  reasoningTokens: 0,
});

/** What one request came to. */
export interface Told {
  readonly kind: ConversationKind | null;
  readonly kinds: readonly ConversationKind[];
  readonly events: readonly ChoiceEvent[];
  readonly text: string;
  readonly calls: readonly string[];
  readonly finish: string | null;
  readonly usage: Usage | null;
  readonly error: string | null;
  /** The conversation with the answer, for the next request. */
  readonly messages: readonly Message[];
}

interface AskOptions {
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: RunEvent) => void;
  readonly onAdmitted?: () => void;
}

/** The engine on a fake model that plays one script per run. */
export const setUp = (
  scripts: readonly ModelScript[],
  limits: Partial<AnswerLimits> = {},
  apiKeys: readonly string[] = ['crsr_test'],
  onDidChange: () => void = () => {},
) => {
  const credentials = createFixedCredentials(...apiKeys);
  const model = createFakeModel(...scripts);
  const sessions = createNamedSessions({
    store: createMemorySessionStore(),
    idleMs: 60_000,
    onDelete: (id) => answers.forgetSession(id),
    logger: createMemoryLogger(),
  });
  const answers = createAnswers({
    backend: model.backend,
    credentials: credentials.source,
    sessions,
    prepareImages: async (messages) => messages,
    limits: { ...LIMITS, ...limits },
    onDidChange,
  });
  onTestFinished(() => {
    answers.stop();
    sessions.close();
  });
  const toRequest = (messages: readonly Message[], own: Partial<AnswerRequest> = {}): AnswerRequest => ({
    requestId: 'test',
    model: { id: 'composer-2.5', parameters: [] },
    systemPrompt: null,
    messages,
    tools: TOOLS,
    toolChoice: 'auto',
    parallelToolCalls: true,
    choices: 1,
    limits: { stop: [], maxTokens: null, countsReasoning: false },
    format: null,
    ...own,
  });
  const ask = async (
    messages: readonly Message[],
    own: Partial<AnswerRequest> = {},
    {
      signal = new AbortController().signal,
      onEvent = () => {},
      onAdmitted = () => {},
      ...context
    }: Partial<AnswerContext> & AskOptions = {},
  ): Promise<Told> => {
    const kinds: ConversationKind[] = [];
    const events: ChoiceEvent[] = [];
    const recorder = createAnswerRecorder();
    const full = {
      owner: 'owner',
      account: DEFAULT_ACCOUNT,
      sessionId: null,
      affinity: null,
      isStream: true,
      ...context,
    };
    const observer = { onPlaced: (kind: ConversationKind) => kinds.push(kind), onAdmitted };
    for await (const event of answers.answer(toRequest(messages, own), full, signal, observer)) {
      events.push(event);
      recorder.push(event);
      onEvent(event);
    }
    if ((own.choices ?? 1) === 1) checkRunGrammar(events, { isComplete: !signal.aborted });
    const last = events.at(-1);
    const answer: AssistantMessage = recorder.toMessage();
    return {
      kind: kinds.at(-1) ?? null,
      kinds,
      events,
      text: answer.content.map((part) => (part.type === 'text' ? part.text : '')).join(''),
      calls: answer.toolCalls.map(({ id }) => id),
      finish: last?.type === 'run-end' ? last.finishReason : null,
      usage: last?.type === 'run-end' ? last.usage : null,
      error: last?.type === 'run-error' ? `${last.error.code}: ${last.error.message}` : null,
      messages: [...messages, answer],
    };
  };
  return { ...model, answers, sessions, credentials, ask };
};

/** A run that says one thing. */
export const says = (index: number, ...deltas: string[]): ModelScript =>
  async function* ({ agentId }) {
    const turn = modelTurn(index, agentId);
    yield turn.start();
    if (deltas.length > 0) yield* turn.say(...deltas);
    yield turn.end('stop', usageOf(10, 5));
  };

/** A run that fails before any output. */
export const fails = (code: GatewayErrorCode): ModelScript =>
  async function* () {
    yield { type: 'run-error', error: { code, message: 'No.' } };
  };

/** A run that makes batches of calls, each of `[id, name, arguments]`, then tells the last results. */
export const calls = (index: number, ...batches: [id: string, name: string, args?: object][][]): ModelScript =>
  async function* ({ agentId }, results) {
    const turn = modelTurn(index, agentId);
    let last = '';
    for (const batch of batches) {
      yield turn.start();
      for (const [id, name, args] of batch) yield turn.call(id, name, args);
      yield turn.end('tool_calls');
      const given = await results(batch.length);
      last = given
        .map(({ content }) => content.map((part) => (part.type === 'text' ? part.text : '')).join('|'))
        .join(',');
    }
    yield turn.start();
    yield* turn.say(`Done: ${last}`);
    yield turn.end('stop', usageOf(100, 50));
  };
