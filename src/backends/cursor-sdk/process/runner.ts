import type { AgentOptions, SDKAgent } from '@cursor/sdk';
import type { RunEvent, RunFailure } from '../../../core/run-event.ts';
import { isKeptFailure, isModelRefusal, isSystemPromptRefusal } from '../errors.ts';
import { toPrompt } from '../prompt.ts';
import type { RunParams, RunTimeouts } from '../protocol.ts';
import { type AttemptFailure, runAgent } from './run-agent.ts';
import { toWorkspaceOptions, type Workspace, type Workspaces } from './workspaces.ts';

/** Runs requests, each with an agent of its own. */
export interface Runner {
  /** Resolves after the last event. Nothing is emitted after `signal` is aborted. Never rejects. */
  run(
    params: RunParams,
    signal: AbortSignal,
    emit: (events: readonly RunEvent[], isUrgent: boolean) => void,
  ): Promise<void>;
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

/** What is done once, and only before the first piece of an answer, about a failure that can be healed. */
type Remedy = 'sign-in' | 'new-workspace' | 'new-model-list' | 'framed-system-prompt';

export const createRunner = (options: RunnerOptions): Runner => {
  /** The keys of accounts that may not replace Cursor's system prompt. */
  const keysWithoutSystemPrompt = new Set<string>();
  let isStuck = false;

  const applyRemedy = (failed: AttemptFailure, apiKey: string, workspace: Workspace): Remedy | null => {
    const { sdkText } = failed;
    if (sdkText === null) return null;
    if (isKeptFailure(sdkText)) {
      options.workspaces.renew(apiKey, workspace);
      return 'new-workspace';
    }
    // An idle session has expired: the SDK signs in again by itself the next time.
    if (sdkText.startsWith('[unauthenticated]')) return 'sign-in';
    if (isModelRefusal(sdkText)) {
      options.forgetModels();
      return 'new-model-list';
    }
    if (isSystemPromptRefusal(sdkText)) {
      keysWithoutSystemPrompt.add(apiKey);
      return 'framed-system-prompt';
    }
    return null;
  };

  return {
    async run({ apiKey, request }, signal, emit) {
      const startedMs = performance.now();
      const systemPrompt = request.systemPrompt?.trim() === '' ? null : request.systemPrompt;
      const tried = new Set<Remedy>();
      for (;;) {
        const isFramed = keysWithoutSystemPrompt.has(apiKey);
        const workspace = options.workspaces.get(apiKey);
        const outcome = await runAgent({
          createAgent: options.createAgent,
          discard: options.discard,
          agentOptions: toWorkspaceOptions(apiKey, workspace.folder),
          model: request.model,
          systemPrompt: isFramed ? null : systemPrompt,
          prompt: toPrompt(request.messages, isFramed ? systemPrompt : null),
          signal,
          timeouts: options.timeouts,
          onEvents(events, isFirst) {
            if (!signal.aborted) emit(events, isFirst);
          },
          onStuck() {
            isStuck = true;
          },
        });
        if (outcome.type === 'aborted' || signal.aborted) return;
        if (outcome.type === 'finished') {
          const durationMs = Math.round(performance.now() - startedMs);
          emit([{ type: 'run-end', finishReason: 'stop', usage: outcome.usage, durationMs }], false);
          return;
        }
        const remedy = applyRemedy(outcome, apiKey, workspace);
        if (remedy === null || outcome.hasOutput || tried.has(remedy)) {
          // A failed key exchange is but a text; what the key itself meets has a type.
          const explanation = remedy === 'new-workspace' ? await options.explain(apiKey) : null;
          if (!signal.aborted) emit([{ type: 'run-error', error: explanation ?? outcome.failure }], false);
          return;
        }
        tried.add(remedy);
      }
    },
    get isStuck() {
      return isStuck;
    },
  };
};
