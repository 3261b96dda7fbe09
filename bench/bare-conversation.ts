import type { SDKAgent, SDKCustomTool } from '@cursor/sdk';
import { CONVERSATION_TOOLS, SYSTEM_PROMPT, toUserText } from './conversation-job.ts';
import type { WarmSdk } from './warm-sdk.ts';

/** A conversation with one agent, which knows what was said. */
export interface BareConversation {
  /** The user's next message; resolves with the time to the first delta, in milliseconds, when the turn is over. */
  next(): Promise<number>;
  end(): void;
}

const customTools: Record<string, SDKCustomTool> = Object.fromEntries(
  CONVERSATION_TOOLS.map(({ name, description, parameters }) => [
    name,
    { description, inputSchema: parameters, execute: () => '' },
  ]),
);

export const openBareConversation = (sdk: WarmSdk, name: string): BareConversation => {
  let agent: SDKAgent | null = null;
  let turn = 0;
  return {
    async next() {
      turn += 1;
      const text = toUserText(name, turn);
      const startedMs = performance.now();
      let firstDeltaMs: number | null = null;
      agent ??= await sdk.createAgent({ tools: ['mcp'], systemPrompt: SYSTEM_PROMPT });
      const run = await agent.send(text, {
        onDelta({ update }) {
          if (update.type === 'text-delta') firstDeltaMs ??= performance.now() - startedMs;
        },
        local: { customTools },
      });
      const result = await run.wait();
      if (firstDeltaMs === null) throw new Error(`The SDK gave no text: ${result.error?.message ?? result.status}`);
      return firstDeltaMs;
    },
    end() {
      if (agent !== null) sdk.discard(agent);
    },
  };
};
