import type { AgentOptions, SDKAgent } from '@cursor/sdk';
import type { RunEvent, RunFailure } from '../../../core/run-event.ts';
import type { RunRequest } from '../../../core/run-request.ts';
import type { ToolDefinition, ToolResult } from '../../../core/tool.ts';
import { findUnreadableImage, toPrompt } from '../prompt.ts';
import type { RunParams, RunResult, RunTimeouts } from '../protocol.ts';
import { createCallIds } from './call-ids.ts';
import { type Answer, createAnswer } from './follow-answer.ts';
import { createKeptAgents } from './kept-agents.ts';
import { openAgent } from './open-agent.ts';
import { createRemedies, type Remedy } from './remedies.ts';
import { type Attempt, runAgent } from './run-agent.ts';
import { toWorkspaceOptions, type Workspace, type Workspaces } from './workspaces.ts';

/** Runs requests, each with a new agent or one that was kept. */
export interface Runner {
  /** Resolves after the last event. Nothing is emitted after `signal` is aborted. Never rejects. */
  run(
    params: RunParams,
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

  const run: Runner['run'] = async ({ request, runKey }, signal, emit) => {
    const startedMs = performance.now();
    const { apiKey, model } = request;
    const systemPrompt = request.systemPrompt?.trim() === '' ? null : request.systemPrompt;
    const hasTools = request.tools.length > 0;
    const fail = (error: RunFailure): RunResult => {
      if (!signal.aborted) emit([{ type: 'run-error', error }], false);
      return NOTHING_KEPT;
    };

    /** Sends the request to an agent. */
    const attempt = async (agent: SDKAgent, framedSystemPrompt: string | null): Promise<Attempt> => {
      const answer = createAnswer({
        agentId: agent.agentId,
        hasTools,
        offeredTools: toOfferedTools(request),
        callIds,
        startedMs,
        signal,
        timeouts,
        onEvents(events, isUrgent) {
          if (!signal.aborted) emit(events, isUrgent);
        },
      });
      answers.set(runKey, answer);
      const message = toPrompt(request, framedSystemPrompt);
      const isKept = request.agentId !== null;
      return runAgent({ agent, message, model: isKept ? model : null, answer, signal, timeouts, onStuck, discard });
    };

    /** Makes an agent for the request and sends it. */
    const attemptAnew = async (workspace: Workspace): Promise<Attempt> => {
      const isFramed = remedies.needsFramedSystemPrompt(apiKey);
      const opened = await openAgent({
        createAgent: options.createAgent,
        discard,
        agentOptions: { ...toWorkspaceOptions(apiKey, workspace.folder), tools: hasTools ? ['mcp'] : [] },
        model,
        systemPrompt: isFramed ? null : systemPrompt,
        signal,
        createMs: timeouts.createMs,
        onStuck,
      });
      if (opened.type !== 'opened') return { outcome: opened, agent: null };
      return attempt(opened.agent, isFramed ? systemPrompt : null);
    };

    const badImage = findUnreadableImage(request.messages);
    if (badImage !== null) return fail(toImageFailure(badImage.param));
    const keptAgent = request.agentId === null ? null : kept.claim(request.agentId);
    if (request.agentId !== null && keptAgent === null) return fail(AGENT_LOST);
    const tried = new Set<Remedy>();
    for (;;) {
      const workspace = keptAgent?.workspace ?? workspaces.get(apiKey);
      const { outcome, agent } = await (keptAgent === null ? attemptAnew(workspace) : attempt(keptAgent.agent, null));
      if (outcome.type === 'finished' && agent !== null && !signal.aborted) {
        const isKept = request.keepAgent && outcome.isRecorded;
        if (isKept) kept.keep({ agent, workspace });
        else discard(agent);
        emit(outcome.ending, true);
        return { keptAgentId: isKept ? agent.agentId : null };
      }
      if (outcome.type !== 'failed' || signal.aborted) {
        if (agent !== null) discard(agent);
        return NOTHING_KEPT;
      }
      const { sdkText } = outcome;
      const remedy = sdkText === null ? null : remedies.apply(sdkText, apiKey, workspace);
      const canTryAgain = remedy !== null && !outcome.hasOutput && !tried.has(remedy);
      if (canTryAgain) tried.add(remedy);
      // A kept agent is what it is: it can only be asked once more.
      if (canTryAgain && keptAgent !== null && agent !== null && remedy === 'sign-in') continue;
      if (agent !== null) discard(agent);
      if (canTryAgain && keptAgent === null) continue;
      // A failed key exchange is but a text; what the key itself meets has a type.
      const explanation = remedy === 'new-workspace' ? await options.explain(apiKey) : null;
      // Cursor has nothing against the key, so it is the agent that hangs on machinery which is spoilt.
      const isSpoilt = keptAgent !== null && remedy === 'new-workspace' && explanation === null;
      return fail(isSpoilt && !outcome.hasOutput ? AGENT_LOST : (explanation ?? outcome.failure));
    }
  };

  return {
    run: (params, signal, emit) => run(params, signal, emit).finally(() => answers.delete(params.runKey)),
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
