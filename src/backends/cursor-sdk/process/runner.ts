import type { AgentOptions, SDKAgent } from '@cursor/sdk';
import { GatewayError } from '../../../core/gateway-error.ts';
import type { RunEvent, RunFailure } from '../../../core/run-event.ts';
import type { ImagePart, RunRequest } from '../../../core/run-request.ts';
import type { ToolDefinition, ToolResult } from '../../../core/tool.ts';
import { createPendingRequest, type PendingRequest } from '../pending-request.ts';
import { findUnreadableImage, toPrompt } from '../prompt.ts';
import type { RunContentParams, RunResult, RunTimeouts } from '../protocol.ts';
import { createCallIds } from './call-ids.ts';
import { type Answer, createAnswer } from './follow-answer.ts';
import { createKeptAgents } from './kept-agents.ts';
import { type OpenedAgent, openAgent } from './open-agent.ts';
import { createRemedies, type Remedy } from './remedies.ts';
import { type Attempt, runAgent } from './run-agent.ts';
import { toWorkspaceOptions, type Workspace, type Workspaces } from './workspaces.ts';

/** Runs requests, each with a new agent or one that was kept. */
export interface Runner {
  /** Resolves after the last event. Nothing is emitted after `signal` is aborted. Never rejects. */
  run(
    params: RunContentParams,
    signal: AbortSignal,
    emit: (events: readonly RunEvent[], isUrgent: boolean) => void,
  ): Promise<RunResult>;
  /** Answers tool calls of a run; does nothing where there is no such run. */
  giveToolResults(runKey: number, results: readonly ToolResult[]): void;
  releaseAgents(agentIds: readonly string[]): void;
  /** Something in the SDK is stuck for good: only a new process helps. */
  readonly isStuck: boolean;
}

/** What a runner needs of the SDK. */
export interface RunnerOptions {
  readonly workspaces: Workspaces;
  readonly createAgent: (options: AgentOptions) => Promise<SDKAgent>;
  readonly discard: (agent: SDKAgent) => void;
  /** Asks Cursor about the key; `null` where Cursor has nothing against it. */
  readonly explain: (apiKey: string) => Promise<RunFailure | null>;
  /** Makes the SDK ask for the account's models again. */
  readonly forgetModels: () => void;
  /** Told of errors that are nobody's but ours: the run has failed. */
  readonly onUnexpected: (error: unknown) => void;
  readonly timeouts: RunTimeouts;
}

export const createRunner = (options: RunnerOptions): Runner => {
  const { discard, timeouts, workspaces } = options;
  const remedies = createRemedies(options);
  const kept = createKeptAgents(discard);
  const callIds = createCallIds();
  const answers = new Map<number, Answer>();
  let isStuck = false;
  const onStuck = () => {
    isStuck = true;
  };

  const run = async (
    runKey: number,
    request: PendingRequest,
    signal: AbortSignal,
    emit: (events: readonly RunEvent[], isUrgent: boolean) => void,
  ): Promise<RunResult> => {
    const startedMs = performance.now();
    const { apiKey, agentId, keepAgent } = request.facts;
    /** The agent that this run has to let go of. */
    let owned: SDKAgent | null = null;
    const letGo = () => {
      if (owned !== null) discard(owned);
      owned = null;
    };
    const fail = (error: RunFailure): RunResult => {
      if (!signal.aborted) emit([{ type: 'run-error', error }], false);
      return NOTHING_KEPT;
    };

    /** Sends the request to an agent. */
    const attempt = (agent: SDKAgent, isFramed: boolean): Promise<Attempt> => {
      owned = agent;
      const content = request.read();
      const answer = createAnswer({
        agentId: agent.agentId,
        hasTools: content.tools.length > 0,
        offeredTools: toOfferedTools(content),
        callIds,
        startedMs,
        signal,
        timeouts,
        onEvents(events, isUrgent) {
          // An answer that has begun is not asked for again.
          request.drop();
          if (!signal.aborted) emit(events, isUrgent);
        },
      });
      answers.set(runKey, answer);
      const message = toPrompt(content, isFramed ? toSystemPrompt(content) : null);
      const model = agentId === null ? null : content.model;
      return runAgent({ agent, message, model, answer, signal, timeouts, onStuck, discard });
    };

    /** Makes an agent for the request. */
    const open = (workspace: Workspace, isFramed: boolean): Promise<OpenedAgent> => {
      const content = request.read();
      const tools: AgentOptions['tools'] = content.tools.length > 0 ? ['mcp'] : [];
      return openAgent({
        createAgent: options.createAgent,
        discard,
        agentOptions: { ...toWorkspaceOptions(apiKey, workspace.folder), tools },
        model: content.model,
        systemPrompt: isFramed ? null : toSystemPrompt(content),
        signal,
        createMs: timeouts.createMs,
        onStuck,
      });
    };

    const attemptAnew = async (workspace: Workspace): Promise<Attempt> => {
      const isFramed = remedies.needsFramedSystemPrompt(apiKey);
      const opened = await open(workspace, isFramed);
      return opened.type === 'opened' ? attempt(opened.agent, isFramed) : { outcome: opened, agent: null };
    };

    try {
      const keptAgent = agentId === null ? null : kept.claim(agentId);
      if (agentId !== null && keptAgent === null) return fail(AGENT_LOST);
      owned = keptAgent?.agent ?? null;
      const badImage = findBadImage(request);
      if (badImage !== null) {
        letGo();
        return fail(toImageFailure(badImage.param));
      }
      const tried = new Set<Remedy>();
      for (;;) {
        const workspace = keptAgent?.workspace ?? workspaces.get(apiKey);
        const { outcome, agent } = await (keptAgent === null
          ? attemptAnew(workspace)
          : attempt(keptAgent.agent, false));
        owned = agent;
        if (outcome.type === 'finished' && agent !== null && !signal.aborted) {
          const isKept = keepAgent && outcome.isRecorded;
          if (isKept) {
            kept.keep({ agent, workspace });
            owned = null;
          }
          letGo();
          emit(outcome.ending, true);
          return { keptAgentId: isKept ? agent.agentId : null };
        }
        if (outcome.type !== 'failed' || signal.aborted) {
          letGo();
          return NOTHING_KEPT;
        }
        const { sdkText } = outcome;
        const remedy = sdkText === null ? null : remedies.apply(sdkText, apiKey, workspace);
        const canTryAgain = remedy !== null && !outcome.hasOutput && !tried.has(remedy);
        if (canTryAgain) tried.add(remedy);
        // A kept agent is what it is: it can only be asked once more.
        if (canTryAgain && keptAgent !== null && agent !== null && remedy === 'sign-in') continue;
        letGo();
        if (canTryAgain && keptAgent === null) continue;
        // A failed key exchange is but a text; what the key itself meets has a type.
        const explanation = remedy === 'new-workspace' ? await options.explain(apiKey) : null;
        // Cursor has nothing against the key, so it is the agent that hangs on machinery which is spoilt.
        const isSpoilt = keptAgent !== null && remedy === 'new-workspace' && explanation === null;
        return fail(isSpoilt && !outcome.hasOutput ? AGENT_LOST : (explanation ?? outcome.failure));
      }
    } catch (error) {
      letGo();
      options.onUnexpected(error);
      return fail(GatewayError.from(error).toFailure());
    }
  };

  return {
    run: ({ request, runKey }, signal, emit) =>
      run(runKey, createPendingRequest(request), signal, emit).finally(() => answers.delete(runKey)),
    giveToolResults(runKey, results) {
      answers.get(runKey)?.giveResults(results);
    },
    releaseAgents: (agentIds) => kept.release(agentIds),
    get isStuck() {
      return isStuck;
    },
  };
};

const NOTHING_KEPT: RunResult = { keptAgentId: null };

const AGENT_LOST: RunFailure = {
  code: 'bridge_unavailable',
  message: 'The agent of this conversation is gone. Send the whole conversation again.',
};

const toImageFailure = (param: string): RunFailure => ({
  code: 'invalid_image',
  message: `The image in ${param} is not a base64 data: URL.`,
});

const toOfferedTools = ({ tools, offeredTools }: RunRequest): readonly ToolDefinition[] =>
  offeredTools === null ? tools : tools.filter(({ name }) => offeredTools.includes(name));

const toSystemPrompt = ({ systemPrompt }: RunRequest): string | null =>
  systemPrompt?.trim() === '' ? null : systemPrompt;

const findBadImage = (request: PendingRequest): ImagePart | null => findUnreadableImage(request.read().messages);
