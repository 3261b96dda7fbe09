import { onTestFinished } from 'vitest';
import { type ChatOutcome, completeChat } from './complete-chat.ts';
import { useContract } from './contract-client.ts';
import { type PortsideProcess, startPortside } from './portside-process.ts';
import type { Steps } from './simulator-control.ts';
import type { PlainRequest } from './with-token.ts';

/** JSON and stream. */
export const MODES = [false, true] as const;

/** The shortest of requests. */
export const GO = { messages: [{ role: 'user', content: 'Go' }] };

/** A tool that takes anything. */
export const LOOK = { type: 'function', function: { name: 'look', parameters: { type: 'object' } } };

export type ChatOptions = PlainRequest & {
  readonly isStream?: boolean;
  readonly from?: Pick<PortsideProcess, 'fetch'>;
};

/** One server for all tests of a file, with {@link useContract}, and ways to ask it and others. */
export const useChat = () => {
  const contract = useContract();
  return {
    contract,
    /** Sends {@link GO} with further fields. */
    chat: (body: object, { from = contract(), ...options }: ChatOptions = {}): Promise<ChatOutcome> =>
      completeChat(from.fetch, { ...GO, ...body }, options),
    /** Sets what the simulator answers. */
    play: (steps: Steps): Promise<void> => contract().portside.simulator.setScenario(steps),
    /** A server of the test's own. */
    start: async (env: NodeJS.ProcessEnv): Promise<PortsideProcess> => {
      const portside = await startPortside({ env });
      onTestFinished(() => portside[Symbol.asyncDispose]());
      // Each test has to have had an answer of the server that all share.
      await contract().openai.models.list();
      return portside;
    },
  };
};
