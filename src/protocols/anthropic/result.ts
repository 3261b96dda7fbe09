import { GatewayError } from '../../core/gateway-error.ts';
import type { ChoiceEvent, RunFailure } from '../../core/run-event.ts';
import { readArguments } from '../read-arguments.ts';
import type { ResultFold } from '../stream-encoder.ts';
import { toNoAnswer } from '../to-no-answer.ts';
import type { AnswerIdentity } from './answer-identity.ts';
import type { MessageAnswerOptions } from './answer-options.ts';
import { createMessageEvents, type MessageBlock, type MessageEvent } from './message-events.ts';

/** Folds an answer into a `message`: its stream's events, put together. */
export const createMessageResult = (identity: AnswerIdentity, options: MessageAnswerOptions = {}): ResultFold => {
  const events = createMessageEvents(identity, options);
  const content: MessageBlock[] = [];
  let opening: Extract<MessageEvent, { type: 'message_start' }>['message'] | null = null;
  let ending: Extract<MessageEvent, { type: 'message_delta' }> | null = null;
  let failure: RunFailure | null = null;

  const take = (event: MessageEvent): void => {
    switch (event.type) {
      case 'message_start':
        opening = event.message;
        break;
      case 'content_block_start':
        content[event.index] = event.content_block;
        break;
      case 'content_block_delta': {
        const block = content[event.index];
        if (block !== undefined) content[event.index] = append(block, event.delta);
        break;
      }
      case 'message_delta':
        ending = event;
        break;
      case 'content_block_stop':
      case 'message_stop':
      case 'ping':
      case 'error':
        break;
    }
  };

  return {
    push(event: ChoiceEvent): void {
      if (event.type === 'run-error') failure = event.error;
      else events.push(event).forEach(take);
    },
    toResult(): object {
      if (failure !== null) throw GatewayError.fromFailure(failure);
      if (opening === null || ending === null) {
        throw toNoAnswer();
      }
      return { ...opening, content, ...ending.delta, usage: { ...opening.usage, ...ending.usage } };
    },
  };
};

const append = (
  block: MessageBlock,
  delta: Extract<MessageEvent, { type: 'content_block_delta' }>['delta'],
): MessageBlock => {
  switch (delta.type) {
    case 'text_delta':
      return block.type === 'text' ? { ...block, text: block.text + delta.text } : block;
    case 'thinking_delta':
      return block.type === 'thinking' ? { ...block, thinking: block.thinking + delta.thinking } : block;
    case 'signature_delta':
      return block.type === 'thinking' ? { ...block, signature: delta.signature } : block;
    case 'input_json_delta':
      return block.type === 'tool_use' ? { ...block, input: readArguments(delta.partial_json) } : block;
  }
};
