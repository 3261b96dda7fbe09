import type { FinishReason } from '../../core/run-event.ts';
import type { ToolCall } from '../../core/run-request.ts';
import { readArguments } from '../read-arguments.ts';
import type { OllamaAnswerOptions } from './answer-options.ts';
import { toClientCallId } from './call-id.ts';

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
  { kind, model, now, toolNames = new Map() }: Pick<OllamaAnswerOptions, 'kind' | 'model' | 'now' | 'toolNames'>,
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
          ...(calls.length > 0 && {
            tool_calls: calls.map((call, index) => toCall(call, firstCall + index, toolNames)),
          }),
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

const toCall = (
  { id, name, arguments: text }: ToolCall,
  index: number,
  toolNames: ReadonlyMap<string, string>,
): object => ({
  id: toClientCallId(id),
  function: { index, name: toolNames.get(name) ?? name, arguments: readArguments(text) },
});
