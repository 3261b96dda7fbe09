// A process with nothing but the SDK in it, set up as the bridge sets it up: what Portside is measured against.
import { type BareConversation, openBareConversation } from './bare-conversation.ts';
import { callToolsBare } from './bare-tool-rounds.ts';
import { serveCommands } from './child-commands.ts';
import { DELTA_CHARACTERS, runStreams, type StreamJob, type StreamResult, type StreamTimes } from './stream-job.ts';
import type { ToolJob, ToolTimes } from './tool-job.ts';
import { type BareSdkOptions, openWarmSdk, type WarmSdk } from './warm-sdk.ts';

export type BareSdkCommands = {
  /** Loads the SDK and warms it up. */
  open: { argument: BareSdkOptions; result: null };
  run: { argument: StreamJob; result: StreamResult };
  /** The next turn of the conversation of this name, with the time to its first delta in milliseconds. */
  converse: { argument: string; result: number };
  endConversation: { argument: string; result: null };
  callTools: { argument: ToolJob; result: ToolTimes };
};

const runStream = async (sdk: WarmSdk, job: StreamJob): Promise<StreamTimes> => {
  const startedMs = performance.now();
  let firstDeltaMs: number | null = null;
  let characters = 0;
  const agent = await sdk.createAgent();
  const run = await agent.send('Go.', {
    onDelta({ update }) {
      if (update.type !== 'text-delta') return;
      firstDeltaMs ??= performance.now() - startedMs;
      characters += update.text.length;
    },
  });
  const result = await run.wait();
  const totalMs = performance.now() - startedMs;
  sdk.discard(agent);
  if (firstDeltaMs === null || characters !== job.deltas * DELTA_CHARACTERS) {
    throw new Error(`The SDK gave ${characters} characters: ${result.error?.message ?? result.status}`);
  }
  return { firstDeltaMs, totalMs };
};

let warmSdk: WarmSdk | null = null;

const requireSdk = (): WarmSdk => {
  if (warmSdk === null) throw new Error('The SDK is not open.');
  return warmSdk;
};

const conversations = new Map<string, BareConversation>();

serveCommands<BareSdkCommands>({
  async open(options) {
    warmSdk = await openWarmSdk(options);
    return null;
  },
  async run(job) {
    const sdk = requireSdk();
    return runStreams(job, () => runStream(sdk, job));
  },
  async converse(name) {
    const conversation = conversations.get(name) ?? openBareConversation(requireSdk(), name);
    conversations.set(name, conversation);
    return conversation.next();
  },
  async endConversation(name) {
    conversations.get(name)?.end();
    conversations.delete(name);
    return null;
  },
  callTools: async (job) => callToolsBare(requireSdk(), job),
});
