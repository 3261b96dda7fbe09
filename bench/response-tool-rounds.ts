import { type Target, toBody } from './raw-client.ts';
import { askResponse, type FinalResponse, parseResponse } from './response-client.ts';
import { openResponseSocket, type SocketAnswer } from './response-socket.ts';
import { TOOL, TOOL_RESULT, type ToolJob, toRoundsMs, type ToolTimes } from './tool-job.ts';

const TOOLS = [{ type: 'function', ...TOOL, strict: false }];

/** Does a job of tool calls over HTTP: one request a round, which goes on from the stored response before it. */
export const callToolsByResponses = (target: Target, job: ToolJob): Promise<ToolTimes> =>
  callTools(job, async (parts, round) => {
    const answer = await askResponse(target, toBody({ ...parts, store: true }));
    const endedMs = performance.now();
    const expected = round === 0 ? 'new' : 'resumed-tools';
    if (answer.conversation !== expected) throw new Error(`Round ${round} was taken as ${answer.conversation}.`);
    return { endedMs, response: parseResponse(answer) };
  });

/** Does a job of tool calls over one WebSocket, which remembers by itself what nobody stores. */
export const callToolsBySocket = async (target: Target, job: ToolJob): Promise<ToolTimes> => {
  const socket = await openResponseSocket(target);
  try {
    return await callTools(job, (parts) => socket.ask({ ...parts, store: false }));
  } finally {
    await socket.close();
  }
};

const callTools = async (
  job: ToolJob,
  askRound: (parts: Readonly<Record<string, unknown>>, round: number) => Promise<SocketAnswer>,
): Promise<ToolTimes> => {
  const momentsMs: number[] = [];
  let previousId: string | null = null;
  let input: unknown = job.prompt;
  for (let round = 0; round <= job.rounds; round += 1) {
    const { endedMs, response }: SocketAnswer = await askRound(
      { tools: TOOLS, input, previous_response_id: previousId },
      round,
    );
    momentsMs.push(endedMs);
    input = checkCalls(job, round, response).map((callId) => ({
      type: 'function_call_output',
      call_id: callId,
      output: TOOL_RESULT,
    }));
    previousId = response.id;
  }
  return { roundsMs: toRoundsMs(momentsMs) };
};

/** Gives the ids of the calls. @throws Error where they are not those of this round of the one run: it was begun anew then */
const checkCalls = (job: ToolJob, round: number, { output }: FinalResponse): readonly (string | undefined)[] => {
  const calls = output.filter(({ type }) => type === 'function_call');
  const rounds = calls.map(({ arguments: json = '{}' }) => (JSON.parse(json) as { round?: number }).round);
  if (calls.length !== (round < job.rounds ? job.calls : 0) || rounds.some((each) => each !== round)) {
    throw new Error(`Round ${round} had other calls: ${JSON.stringify(output)}`);
  }
  return calls.map(({ call_id: callId }) => callId);
};
