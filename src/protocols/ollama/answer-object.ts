import type { FinishReason } from '../../core/run-event.ts';
import type { ToolCall } from '../../core/run-request.ts';
import type { OllamaAnswerOptions } from './answer-options.ts';

/** What an object of an answer tells, all of it or a piece. */
export interface AnswerPiece {
  readonly text?: string;
  readonly thinking?: string;
  readonly calls?: readonly ToolCall[];
  /** The place of the first of the calls. */
  readonly firstCall?: number;
}

/** A line of a stream, or with `last` the end of it, which is the whole JSON answer too. */
export const toAnswerObject = (
  { kind, model, now }: Pick<OllamaAnswerOptions, 'kind' | 'model' | 'now'>,
  { text = '', thinking = '', calls = [], firstCall = 0 }: AnswerPiece,
  last: { readonly doneReason: string; readonly measured: object } | null,
): object => ({
  model,
  created_at: new Date(now()).toISOString(),
  ...(kind === 'chat'
    ? {
        message: {
          role: 'assistant',
          content: text,
          ...(thinking !== '' && { thinking }),
          ...(calls.length > 0 && { tool_calls: calls.map((call, index) => toCall(call, firstCall + index)) }),
        },
      }
    : { response: text, ...(thinking !== '' && { thinking }) }),
  done: last !== null,
  ...(last !== null && { done_reason: last.doneReason, ...last.measured }),
});

/** Ollama has no word for an end with calls. */
export const toDoneReason = (reason: FinishReason): string => (reason === 'length' ? 'length' : 'stop');

/** The answer to a request that asks nothing: it has a model loaded, or, with no time to keep it, unloaded. */
export const toLoadedAnswer = (
  options: Pick<OllamaAnswerOptions, 'kind' | 'model' | 'now'>,
  keepMs: number | null,
): object => toAnswerObject(options, {}, { doneReason: keepMs === 0 ? 'unload' : 'load', measured: {} });

const toCall = ({ id, name, arguments: text }: ToolCall, index: number) => ({
  id,
  function: { index, name, arguments: toArguments(text) },
});

/** Ollama's arguments are an object, and what is none has no better place. */
const toArguments = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return { arguments: text };
  }
};
