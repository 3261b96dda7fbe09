import { assertNever } from '../../core/assert-never.ts';
import { GatewayError } from '../../core/gateway-error.ts';
import type { RunEvent } from '../../core/run-event.ts';
import { toOpenAiError } from '../openai-error.ts';
import type { StreamEncoder } from '../stream-encoder.ts';
import type { AnswerIdentity } from './answer-identity.ts';
import { toChatUsage } from './usage.ts';

/**
 * Encodes a run as `chat.completion.chunk` server-sent events.
 *
 * The role comes in a chunk of its own before anything else, the finish reason in one of its own after, then, where the
 * client asked for it, the usage chunk with no choices, then `[DONE]`. Every other chunk then has `usage: null`, as
 * OpenAI's do. An error is one last `data:` line in OpenAI's error form, with no `[DONE]` after it.
 */
export const createChatStreamEncoder = (
  identity: AnswerIdentity,
  { includeUsage }: { readonly includeUsage: boolean },
): StreamEncoder => {
  const base = { id: identity.id, object: 'chat.completion.chunk', created: identity.created, model: identity.model };
  const noUsage = includeUsage ? { usage: null } : {};
  let hasRole = false;
  let run = { runId: '', agentId: '' };

  const chunk = (delta: object, finishReason: string | null = null, extra: object = {}): string =>
    toFrame({
      ...base,
      choices: [{ index: 0, delta, logprobs: null, finish_reason: finishReason }],
      ...noUsage,
      ...extra,
    });
  const role = (): string => {
    if (hasRole) return '';
    hasRole = true;
    return chunk({ role: 'assistant', content: '', refusal: null });
  };

  return {
    push(event: RunEvent): string {
      switch (event.type) {
        case 'run-start':
          run = { runId: event.runId, agentId: event.agentId };
          return '';
        case 'text-start':
        case 'reasoning-start':
          return role();
        case 'text-delta':
          return chunk({ content: event.text });
        case 'reasoning-delta':
          return chunk({ reasoning_content: event.text });
        case 'text-end':
        case 'reasoning-end':
          return '';
        case 'run-end': {
          const metadata = { cursor_metadata: toCursorMetadata(run, event.durationMs) };
          const finish = role() + chunk({}, event.finishReason, metadata);
          const usage =
            includeUsage && event.usage !== null
              ? toFrame({ ...base, choices: [], usage: toChatUsage(event.usage) })
              : '';
          return `${finish}${usage}data: [DONE]\n\n`;
        }
        case 'run-error':
          return toFrame(toOpenAiError(GatewayError.fromFailure(event.error)));
        default:
          return assertNever(event);
      }
    },
    heartbeat: () => role() || chunk({}),
  };
};

/** What Cursor knows the run by, as cursorpipe's clients expect it. */
export const toCursorMetadata = (run: { runId: string; agentId: string }, durationMs: number) => ({
  duration_ms: Math.round(durationMs),
  run_id: run.runId,
  agent_id: run.agentId,
});

const toFrame = (value: object): string => `data: ${JSON.stringify(value)}\n\n`;
