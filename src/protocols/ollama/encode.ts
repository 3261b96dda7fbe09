import { assertNever } from '../../core/assert-never.ts';
import { GatewayError } from '../../core/gateway-error.ts';
import type { StreamEncoder } from '../stream-encoder.ts';
import { type AnswerPiece, toAnswerObject, toDoneReason } from './answer-object.ts';
import type { OllamaAnswerOptions } from './answer-options.ts';
import { toOllamaError } from './error.ts';
import { createMeasure } from './measure.ts';

/**
 * Encodes an answer as Ollama's stream: a JSON object a line, the last of which has `done: true` with the durations and the
 * counts. An error is one last line of its own form. A heartbeat is a piece without text.
 */
export const createOllamaStreamEncoder = (options: OllamaAnswerOptions): StreamEncoder => {
  const measure = createMeasure(options.elapsedMs);
  let calls = 0;
  const piece = (value: AnswerPiece): string => toLine(toAnswerObject(options, value, null));
  return {
    push(event) {
      measure.note(event);
      switch (event.type) {
        case 'text-delta':
          return piece({ text: event.text });
        case 'reasoning-delta':
          return options.showsThinking ? piece({ thinking: event.text }) : '';
        case 'tool-call':
          calls += 1;
          return options.kind === 'chat' ? piece({ calls: [event], firstCall: calls - 1 }) : '';
        case 'run-start':
        case 'text-start':
        case 'text-end':
        case 'reasoning-start':
        case 'reasoning-end':
          return '';
        case 'run-end': {
          const last = { doneReason: toDoneReason(event.finishReason), measured: measure.toFields(event) };
          return toLine(toAnswerObject(options, {}, last));
        }
        case 'run-error':
          return toLine(toOllamaError(GatewayError.fromFailure(event.error)));
        default:
          return assertNever(event);
      }
    },
    heartbeat: () => piece({}),
  };
};

const toLine = (value: object): string => `${JSON.stringify(value)}\n`;
