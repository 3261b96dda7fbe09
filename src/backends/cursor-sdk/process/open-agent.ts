import { randomUUID } from 'node:crypto';
import type { AgentOptions, SDKAgent } from '@cursor/sdk';
import type { ModelSelection } from '../../../core/model.ts';
import { DeadlineError, withDeadline } from '../deadline.ts';
import { type AttemptOutcome, toEarlyOutcome } from './attempt-outcome.ts';
import { toSdkModel } from './to-sdk-model.ts';

export type OpenedAgent =
  | { readonly type: 'opened'; readonly agent: SDKAgent }
  | Exclude<AttemptOutcome, { readonly type: 'finished' }>;

/** Makes an agent. Never rejects. */
export const openAgent = async (options: {
  readonly createAgent: (options: AgentOptions) => Promise<SDKAgent>;
  /** Takes over an agent that comes too late. */
  readonly discard: (agent: SDKAgent) => void;
  readonly agentOptions: AgentOptions;
  readonly model: ModelSelection;
  readonly systemPrompt: string | null;
  readonly signal: AbortSignal;
  readonly createMs: number;
  /** The SDK does not come back, and may block others for as long as the process lives. */
  readonly onStuck: () => void;
}): Promise<OpenedAgent> => {
  const { signal, createMs } = options;
  const creating = options.createAgent({
    ...options.agentOptions,
    agentId: randomUUID(),
    model: toSdkModel(options.model),
    ...(options.systemPrompt !== null && { systemPrompt: options.systemPrompt }),
  });
  try {
    return { type: 'opened', agent: await withDeadline(creating, createMs, signal) };
  } catch (error) {
    // Where it still comes, nobody waits for it any more.
    const late = creating.then(options.discard, () => undefined);
    withDeadline(late, error instanceof DeadlineError ? 0 : createMs).catch(options.onStuck);
    return toEarlyOutcome(error, signal, `Cursor took longer than ${createMs / 1000} s to begin.`);
  }
};
