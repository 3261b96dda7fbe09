import { assertNever } from '../../core/assert-never.ts';
import { GatewayError } from '../../core/gateway-error.ts';
import type { RunEvent } from '../../core/run-event.ts';
import type { ResultFold } from '../stream-encoder.ts';
import type { AnswerIdentity } from './answer-identity.ts';
import { toCursorMetadata } from './encode.ts';
import { toChatUsage } from './usage.ts';

/** Folds a run into a `chat.completion`. `reasoning_content` and `usage` are left out where there are none. */
export const createChatResult = (identity: AnswerIdentity): ResultFold => {
  let content = '';
  let reasoning = '';
  let run = { runId: '', agentId: '' };
  let end: Extract<RunEvent, { type: 'run-end' | 'run-error' }> | null = null;

  return {
    push(event: RunEvent): void {
      switch (event.type) {
        case 'run-start':
          run = { runId: event.runId, agentId: event.agentId };
          break;
        case 'text-delta':
          content += event.text;
          break;
        case 'reasoning-delta':
          reasoning += event.text;
          break;
        case 'text-start':
        case 'text-end':
        case 'reasoning-start':
        case 'reasoning-end':
          break;
        case 'run-end':
        case 'run-error':
          end = event;
          break;
        default:
          assertNever(event);
      }
    },
    toResult(): object {
      if (end === null) throw new GatewayError('upstream_error', 'Cursor ended the run without an answer. Try again.');
      if (end.type === 'run-error') throw GatewayError.fromFailure(end.error);
      return {
        id: identity.id,
        object: 'chat.completion',
        created: identity.created,
        model: identity.model,
        choices: [
          {
            index: 0,
            message: {
              role: 'assistant',
              content,
              refusal: null,
              ...(reasoning !== '' && { reasoning_content: reasoning }),
            },
            logprobs: null,
            finish_reason: end.finishReason,
          },
        ],
        ...(end.usage !== null && { usage: toChatUsage(end.usage) }),
        cursor_metadata: toCursorMetadata(run, end.durationMs),
      };
    },
  };
};
