import { askChat, type ChatChunk, parseChunks } from './chat-client.ts';
import { type Target, toBody } from './raw-client.ts';
import { TOOL, TOOL_RESULT, type ToolJob, toRoundsMs, type ToolTimes } from './tool-job.ts';

interface AssistantCall {
  readonly id: string;
  readonly type: 'function';
  readonly function: { readonly name: string; readonly arguments: string };
}

const TOOLS = [{ type: 'function', function: TOOL }];

/** Does a job of tool calls as clients of Chat Completions do it: one request a round, with the whole conversation in it. */
export const callToolsByChat = async (target: Target, job: ToolJob): Promise<ToolTimes> => {
  const messages: unknown[] = [{ role: 'user', content: job.prompt }];
  const momentsMs: number[] = [];
  for (let round = 0; round <= job.rounds; round += 1) {
    const answer = await askChat(target, toBody({ tools: TOOLS, messages }));
    momentsMs.push(performance.now());
    const expected = round === 0 ? 'new' : 'resumed-tools';
    if (answer.conversation !== expected) throw new Error(`Round ${round} was taken as ${answer.conversation}.`);
    const calls = toCalls(parseChunks(answer));
    if (calls.length !== (round < job.rounds ? job.calls : 0)) {
      throw new Error(`Round ${round} had ${calls.length} calls.`);
    }
    messages.push(
      { role: 'assistant', content: null, tool_calls: calls },
      ...calls.map(({ id }) => ({ role: 'tool', tool_call_id: id, content: TOOL_RESULT })),
    );
  }
  return { roundsMs: toRoundsMs(momentsMs) };
};

const toCalls = (chunks: readonly ChatChunk[]): readonly AssistantCall[] => {
  const calls: { id: string; name: string; arguments: string }[] = [];
  for (const { choices } of chunks) {
    for (const piece of choices[0].delta.tool_calls ?? []) {
      const call = (calls[piece.index] ??= { id: '', name: '', arguments: '' });
      call.id += piece.id ?? '';
      call.name += piece.function.name ?? '';
      call.arguments += piece.function.arguments ?? '';
    }
  }
  return calls.map(({ id, ...rest }) => ({ id, type: 'function', function: rest }));
};
