import { TOOL, TOOL_RESULT, type ToolJob, toRoundsMs, type ToolTimes } from './tool-job.ts';
import type { WarmSdk } from './warm-sdk.ts';

/** Does a job of tool calls in the process of the SDK: one run, whose calls are answered where they are made. */
export const callToolsBare = async (sdk: WarmSdk, job: ToolJob): Promise<ToolTimes> => {
  const momentsMs: number[] = [];
  let calls = 0;
  const agent = await sdk.createAgent({ tools: ['mcp'] });
  const run = await agent.send(job.prompt, {
    local: {
      customTools: {
        [TOOL.name]: {
          description: TOOL.description,
          inputSchema: { ...TOOL.parameters, required: [...TOOL.parameters.required] },
          execute() {
            calls += 1;
            if (calls % job.calls === 0) momentsMs.push(performance.now());
            return TOOL_RESULT;
          },
        },
      },
    },
  });
  const result = await run.wait();
  momentsMs.push(performance.now());
  sdk.discard(agent);
  if (calls !== job.rounds * job.calls) {
    throw new Error(`The SDK made ${calls} calls: ${result.error?.message ?? result.status}`);
  }
  return { roundsMs: toRoundsMs(momentsMs) };
};
