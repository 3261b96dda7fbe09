import type { CursorAgentPlatform } from '@cursor/sdk';
import type { RunFailure } from '../../../core/run-event.ts';
import { fromThrownError } from '../errors.ts';
import type {
  ExchangeSessionParams,
  InitializeParams,
  IssueKeyResult,
  ListModelsResult,
  PrewarmResult,
  ReadProfileResult,
  SignInParams,
} from '../protocol.ts';
import { createAgentDisposal } from './agent-disposal.ts';
import { DeadlineError, withDeadline } from '../deadline.ts';
import { exchangeSession } from './exchange-session.ts';
import type { CursorSdk } from './load-sdk.ts';
import { createMemoryStore } from './memory-store.ts';
import { createRunner, type Runner } from './runner.ts';
import { toSdkErrorShape } from './sdk-error-shape.ts';
import { signIn } from './sign-in.ts';
import { toModel } from './to-model.ts';
import { createWorkspaces } from './workspaces.ts';

/** The loaded SDK with all that it needs around it. */
export interface SdkHost {
  readonly runner: Pick<Runner, 'run' | 'giveToolResults' | 'releaseAgents'>;
  listModels(apiKey: string, signal: AbortSignal): Promise<ListModelsResult>;
  readProfile(apiKey: string, signal: AbortSignal): Promise<ReadProfileResult>;
  /** `onUrl` is given the page on which a person signs in. */
  signIn(params: SignInParams, onUrl: (url: string) => void, signal: AbortSignal): Promise<IssueKeyResult>;
  exchangeSession(params: ExchangeSessionParams, signal: AbortSignal): Promise<IssueKeyResult>;
  prewarm(apiKey: string): Promise<PrewarmResult>;
  readonly isStuck: boolean;
  /** Lets go of agents and machinery. Runs must have been aborted. */
  close(): Promise<void>;
}

/**
 * Sets the SDK up: one platform with a store in memory, shared by all runs. `onUnexpected` is told of errors that are nobody's
 * but ours.
 */
export const createSdkHost = async (
  sdk: CursorSdk,
  params: InitializeParams,
  onUnexpected: (error: unknown) => void,
): Promise<SdkHost> => {
  const memory = createMemoryStore(sdk);
  const createPlatform = () => sdk.createAgentPlatform({ localStore: memory.store, workspaceRef: params.workFolder });
  let platform: Promise<CursorAgentPlatform> = createPlatform();
  await platform;
  const disposal = createAgentDisposal({
    forget: (agentId) => memory.forget(agentId),
  });
  const workspaces = createWorkspaces({
    workFolder: params.workFolder,
    prewarm: async (options) => (await platform).prewarmLocalWorkspace(options),
    prewarmMs: params.timeouts.sendMs,
  });
  const { backendUrl, timeouts } = params;
  const listModels = async (apiKey: string, signal?: AbortSignal): Promise<ListModelsResult> => {
    try {
      const models = await withDeadline(sdk.Cursor.models.list({ apiKey }), timeouts.createMs, signal);
      return { models: models.map(toModel) };
    } catch (error) {
      return { error: toFailure(error) };
    }
  };
  const runner = createRunner({
    workspaces,
    createAgent: async (options) => (await platform).createAgent(options),
    discard: (agent) => disposal.discard(agent),
    explain: async (apiKey) => {
      const result = await listModels(apiKey);
      return 'error' in result ? result.error : null;
    },
    // The list of an account's models lives as long as its platform.
    forgetModels: () => {
      platform = createPlatform();
    },
    onUnexpected,
    timeouts: params.timeouts,
  });
  return {
    runner,
    listModels,
    async readProfile(apiKey, signal) {
      try {
        const { userEmail, apiKeyName } = await withDeadline(sdk.Cursor.me({ apiKey }), timeouts.createMs, signal);
        return { profile: { email: userEmail || null, keyName: apiKeyName || null } };
      } catch (error) {
        return { error: toFailure(error) };
      }
    },
    signIn: (request, onUrl, signal) => signIn(sdk, request, { backendUrl, onUrl, signal }),
    exchangeSession: (request, signal) =>
      exchangeSession(request, { backendUrl, timeoutMs: timeouts.createMs, signal }),
    async prewarm(apiKey) {
      try {
        await workspaces.get(apiKey).warm;
        return { error: null };
      } catch (error) {
        return { error: toFailure(error) };
      }
    },
    get isStuck() {
      return runner.isStuck;
    },
    async close() {
      await Promise.all([disposal.settle(), workspaces.close()]);
    },
  };
};

const toFailure = (error: unknown): RunFailure =>
  error instanceof DeadlineError
    ? { code: 'timeout', message: 'Cursor did not answer in time. Try again.' }
    : fromThrownError(toSdkErrorShape(error));
