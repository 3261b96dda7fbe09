import { foldChatChunks } from './fold-chat-chunks.ts';
import { parseSse } from './parse-sse.ts';
import type { PlainRequest } from './with-token.ts';

/** What a test reads of a tool call. */
interface ChatToolCall {
  readonly id: string;
  readonly type: 'function';
  readonly function: { readonly name: string; readonly arguments: string };
}

/** A message that goes back to the server as it came. */
interface ChatAnswerMessage {
  readonly role: 'assistant';
  readonly content: string | null;
  readonly reasoning_content?: string;
  readonly tool_calls?: readonly ChatToolCall[];
}

interface ChatCompletionBody {
  readonly model: string;
  readonly choices: readonly {
    readonly index: number;
    readonly message: ChatAnswerMessage;
    readonly finish_reason: string | null;
  }[];
  readonly usage?: Readonly<Record<string, unknown>>;
  readonly cursor_metadata: Readonly<Record<string, unknown>>;
  readonly error?: { readonly message: string; readonly code: string | null; readonly param: string | null };
}

/** An answer of Chat Completions, the same for both of its forms. */
export interface ChatOutcome {
  readonly status: number;
  readonly headers: Headers;
  /** `X-Portside-Conversation` */
  readonly conversation: string | null;
  /** The JSON answer, or a stream folded into one. */
  readonly body: ChatCompletionBody;
  /** Of the first choice. */
  readonly message: ChatAnswerMessage;
  readonly finishReason: string | null;
  readonly text: string;
}

type Send = (path: string, init?: PlainRequest) => Promise<Response>;

/** Asks Chat Completions and waits for the whole answer, with token counts also at the end of a stream. */
export const completeChat = async (
  send: Send,
  body: object,
  { isStream = false, ...init }: PlainRequest & { readonly isStream?: boolean } = {},
): Promise<ChatOutcome> => {
  const options = isStream ? { stream: true, stream_options: { include_usage: true } } : {};
  const response = await send('/v1/chat/completions', {
    method: 'POST',
    body: JSON.stringify({ ...body, ...options }),
    ...init,
  });
  const answer = await response.text();
  const isEvents = response.headers.get('content-type')?.startsWith('text/event-stream') === true;
  const completion = (isEvents ? foldChatChunks(parseSse(answer)) : JSON.parse(answer)) as ChatCompletionBody;
  const choice = completion.choices?.[0];
  const message = choice?.message ?? { role: 'assistant', content: null };
  return {
    status: response.status,
    headers: response.headers,
    conversation: response.headers.get('x-portside-conversation'),
    body: completion,
    message,
    finishReason: choice?.finish_reason ?? null,
    text: message.content ?? '',
  };
};
