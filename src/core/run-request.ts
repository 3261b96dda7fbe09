import type { ModelSelection } from './model.ts';

/** A piece of a message. */
export type ContentPart = { readonly type: 'text'; readonly text: string };

/** A call that an assistant message of the history asked for. `arguments` is JSON text, as the model wrote it. */
export interface ToolCall {
  readonly id: string;
  readonly name: string;
  readonly arguments: string;
}

/** One message of a conversation, independent of the wire it came over. `system` stands for OpenAI's `developer` too. */
export type Message =
  | { readonly role: 'system' | 'user'; readonly content: readonly ContentPart[] }
  | { readonly role: 'assistant'; readonly content: readonly ContentPart[]; readonly toolCalls: readonly ToolCall[] }
  | { readonly role: 'tool'; readonly toolCallId: string; readonly content: readonly ContentPart[] };

/** What a client asked for, decoded from its wire: the input of {@link Backend.run}. */
export interface RunRequest {
  /** The `X-Request-ID` of the HTTP request; ties log lines together. */
  readonly requestId: string;
  readonly model: ModelSelection;
  /** The system and developer messages that open the conversation, joined by blank lines; `null` where there are none. */
  readonly systemPrompt: string | null;
  /** The rest of the conversation, oldest first; at least one message. */
  readonly messages: readonly Message[];
}
