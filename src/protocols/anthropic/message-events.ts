import { assertNever } from '../../core/assert-never.ts';
import { GatewayError } from '../../core/gateway-error.ts';
import type { ChoiceEvent } from '../../core/run-event.ts';
import type { AnswerIdentity } from './answer-identity.ts';
import type { MessageAnswerOptions } from './answer-options.ts';
import { type AnthropicErrorBody, toAnthropicError } from './error.ts';
import { toStopReason } from './stop-reason.ts';
import { toMessageUsage } from './usage.ts';

/** A block of an answer. */
export type MessageBlock =
  | { readonly type: 'text'; readonly text: string; readonly citations: null }
  | { readonly type: 'thinking'; readonly thinking: string; readonly signature: string }
  | {
      readonly type: 'tool_use';
      readonly id: string;
      readonly name: string;
      readonly input: unknown;
      readonly caller: { readonly type: 'direct' };
    };

/** A piece of a block. */
type BlockDelta =
  | { readonly type: 'text_delta'; readonly text: string }
  | { readonly type: 'thinking_delta'; readonly thinking: string }
  | { readonly type: 'signature_delta'; readonly signature: string }
  | { readonly type: 'input_json_delta'; readonly partial_json: string };

/** An event of Anthropic's stream. */
export type MessageEvent =
  | { readonly type: 'message_start'; readonly message: ReturnType<typeof toOpeningMessage> }
  | { readonly type: 'content_block_start'; readonly index: number; readonly content_block: MessageBlock }
  | { readonly type: 'content_block_delta'; readonly index: number; readonly delta: BlockDelta }
  | { readonly type: 'content_block_stop'; readonly index: number }
  | {
      readonly type: 'message_delta';
      readonly delta: ReturnType<typeof toStopReason> & { readonly stop_details: null };
      readonly usage: ReturnType<typeof toMessageUsage>;
    }
  | { readonly type: 'message_stop' }
  | { readonly type: 'ping' }
  | AnthropicErrorBody;

/** Turns the events of one answer into Anthropic's. */
export interface MessageEvents {
  push(event: ChoiceEvent): readonly MessageEvent[];
  /** The event that begins the answer; none where it has begun. */
  open(): readonly MessageEvent[];
}

/** Cursor signs no reasoning. Clients leave out thinking without a signature when they send it back, or fail for the lack of it. */
const SIGNATURE = Buffer.from('portside').toString('base64');

export const createMessageEvents = (
  identity: AnswerIdentity,
  { thinkingDisplay = 'none', toolNames = new Map() }: MessageAnswerOptions = {},
): MessageEvents => {
  let isOpen = false;
  /** Of the next block; the open one has the index before. */
  let nextIndex = 0;

  const open = (): readonly MessageEvent[] => {
    if (isOpen) return [];
    isOpen = true;
    return [{ type: 'message_start', message: toOpeningMessage(identity) }];
  };
  const start = (block: MessageBlock): readonly MessageEvent[] => {
    const index = nextIndex;
    nextIndex += 1;
    return [...open(), { type: 'content_block_start', index, content_block: block }];
  };
  const fill = (delta: BlockDelta): MessageEvent => ({ type: 'content_block_delta', index: nextIndex - 1, delta });
  const stop = (): MessageEvent => ({ type: 'content_block_stop', index: nextIndex - 1 });

  return {
    open,
    push(event) {
      switch (event.type) {
        case 'run-start':
          return [];
        case 'text-start':
          return start({ type: 'text', text: '', citations: null });
        case 'text-delta':
          return [fill({ type: 'text_delta', text: event.text })];
        case 'text-end':
          return [stop()];
        case 'reasoning-start':
          return thinkingDisplay === 'none' ? [] : start({ type: 'thinking', thinking: '', signature: '' });
        case 'reasoning-delta':
          return thinkingDisplay === 'shown' ? [fill({ type: 'thinking_delta', thinking: event.text })] : [];
        case 'reasoning-end':
          return thinkingDisplay === 'none' ? [] : [fill({ type: 'signature_delta', signature: SIGNATURE }), stop()];
        case 'tool-call': {
          const name = toolNames.get(event.name) ?? event.name;
          return [
            ...start({ type: 'tool_use', id: event.id, name, input: {}, caller: { type: 'direct' } }),
            fill({ type: 'input_json_delta', partial_json: event.arguments }),
            stop(),
          ];
        }
        case 'run-end':
          return [
            ...open(),
            {
              type: 'message_delta',
              delta: { ...toStopReason(event), stop_details: null },
              usage: toMessageUsage(event.usage),
            },
            { type: 'message_stop' },
          ];
        case 'run-error':
          return [toAnthropicError(GatewayError.fromFailure(event.error), identity.requestId)];
        default:
          return assertNever(event);
      }
    },
  };
};

/** A message before it has begun. */
const toOpeningMessage = ({ id, model }: AnswerIdentity) => ({
  id,
  type: 'message' as const,
  role: 'assistant' as const,
  model,
  content: [] as readonly MessageBlock[],
  container: null,
  context_management: null,
  diagnostics: null,
  stop_reason: null,
  stop_sequence: null,
  stop_details: null,
  usage: {
    ...toMessageUsage(null),
    cache_creation: null,
    inference_geo: null,
    service_tier: 'standard' as const,
    speed: null,
  },
});
