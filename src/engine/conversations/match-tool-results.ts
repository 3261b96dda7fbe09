import { GatewayError } from '../../core/gateway-error.ts';
import type { ContentPart, Message, ToolCall, ToolMessage } from '../../core/run-request.ts';
import type { ToolResult } from '../../core/tool.ts';

/** Where a conversation goes on from the tool calls of its last answer. */
export interface ToolContinuation {
  /** How many messages there are up to and with the calls. */
  readonly length: number;
  readonly calls: readonly ToolCall[];
  readonly results: readonly ToolMessage[];
  /** What the user or the system says besides. */
  readonly others: readonly Message[];
}

/** Finds the calls that the last messages answer; `null` where the last answer made none, or nothing answers them. */
export const findToolContinuation = (messages: readonly Message[]): ToolContinuation | null => {
  const index = messages.findLastIndex(({ role }) => role === 'assistant');
  const answer = messages[index];
  if (answer?.role !== 'assistant' || answer.toolCalls.length === 0) return null;
  const rest = messages.slice(index + 1);
  const results = rest.flatMap((message) => (message.role === 'tool' ? [message] : []));
  if (results.length === 0) return null;
  return {
    length: index + 1,
    calls: answer.toolCalls,
    results,
    others: rest.filter(({ role }) => role !== 'tool'),
  };
};

/**
 * Pairs results with the calls of a held run: by id, and since the client may know the calls by other ids, by place.
 *
 * @throws GatewayError `invalid_request` that names the calls without a result
 */
export const matchToolResults = (held: readonly ToolCall[], continuation: ToolContinuation): readonly ToolResult[] => {
  const contents = new Map<string, readonly ContentPart[]>(
    continuation.results.map(({ toolCallId, content }) => [toolCallId, content]),
  );
  const missing = continuation.calls.filter(({ id }) => !contents.has(id)).map(({ id }) => id);
  if (missing.length > 0) {
    throw new GatewayError(
      'invalid_request',
      `The results of these tool calls are missing: ${missing.join(', ')}. Send one for each.`,
      { param: 'messages' },
    );
  }
  const results = held.map((call, index) => ({
    toolCallId: call.id,
    content: contents.get(call.id) ?? contents.get(continuation.calls[index]?.id ?? '') ?? [],
    isError: false,
  }));
  return appendOthers(results, continuation.others);
};

/** A run that waits for results can be told nothing else: what the user says besides goes along with the last result. */
const appendOthers = (results: readonly ToolResult[], others: readonly Message[]): readonly ToolResult[] => {
  const last = results.at(-1);
  if (last === undefined || others.length === 0) return results;
  const added = others.flatMap(({ role, content }): readonly ContentPart[] => [
    { type: 'text', text: `This is not part of the tool's result. The ${role} adds:` },
    ...content,
  ]);
  return [...results.slice(0, -1), { ...last, content: [...last.content, ...added] }];
};
