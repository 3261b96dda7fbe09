import { assertNever } from '../../core/assert-never.ts';
import { GatewayError } from '../../core/gateway-error.ts';
import type { ChoiceEvent, RunFailure } from '../../core/run-event.ts';
import type { ToolCall } from '../../core/run-request.ts';
import type { ResultFold } from '../stream-encoder.ts';
import { toNoAnswer } from '../to-no-answer.ts';
import { toAnswerObject, toDoneReason } from './answer-object.ts';
import type { OllamaAnswerOptions } from './answer-options.ts';
import { createMeasure } from './measure.ts';

/** Folds an answer into the one object of `stream: false`. */
export const createOllamaResult = (options: OllamaAnswerOptions): ResultFold => {
  const measure = createMeasure(options.elapsedMs);
  const calls: ToolCall[] = [];
  let text = '';
  let thinking = '';
  let last: Parameters<typeof toAnswerObject>[2] = null;
  let failure: RunFailure | null = null;
  return {
    push(event: ChoiceEvent): void {
      measure.note(event);
      switch (event.type) {
        case 'text-delta':
          text += event.text;
          break;
        case 'reasoning-delta':
          if (options.showsThinking) thinking += event.text;
          break;
        case 'tool-call':
          calls.push(event);
          break;
        case 'run-start':
        case 'text-start':
        case 'text-end':
        case 'reasoning-start':
        case 'reasoning-end':
          break;
        case 'run-end':
          last = { doneReason: toDoneReason(event.finishReason), measured: measure.toFields(event) };
          break;
        case 'run-error':
          failure = event.error;
          break;
        default:
          assertNever(event);
      }
    },
    toResult(): object {
      if (failure !== null) throw GatewayError.fromFailure(failure);
      if (last === null) throw toNoAnswer();
      return toAnswerObject(options, { text, thinking, calls }, last);
    },
  };
};
