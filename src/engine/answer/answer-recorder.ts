import type { RunEvent } from '../../core/run-event.ts';
import type { AssistantMessage, ToolCall } from '../../core/run-request.ts';
import type { Usage } from '../../core/usage.ts';

/** Writes down an answer as the client sees it. */
export interface AnswerRecorder {
  push(event: RunEvent): void;
  toMessage(): AssistantMessage;
  /** Whether there is neither text nor a call so far. */
  readonly isEmpty: boolean;
  /** What its end told; `null` before that, or where it told nothing. */
  readonly usage: Usage | null;
}

export const createAnswerRecorder = (): AnswerRecorder => {
  const toolCalls: ToolCall[] = [];
  let text = '';
  let usage: Usage | null = null;
  return {
    push(event) {
      if (event.type === 'text-delta') text += event.text;
      if (event.type === 'run-end') usage = event.usage;
      if (event.type === 'tool-call') toolCalls.push({ id: event.id, name: event.name, arguments: event.arguments });
    },
    toMessage: () => ({
      role: 'assistant',
      content: text === '' ? [] : [{ type: 'text', text }],
      toolCalls: [...toolCalls],
    }),
    get isEmpty() {
      return text === '' && toolCalls.length === 0;
    },
    get usage() {
      return usage;
    },
  };
};
