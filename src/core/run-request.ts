import type { ModelSelection } from './model.ts';
import type { ToolDefinition } from './tool.ts';
import type { TraceContext } from './trace-context.ts';

export interface TextPart {
  readonly type: 'text';
  readonly text: string;
}

/** An image of a message. */
export interface ImagePart {
  readonly type: 'image';
  /**
   * As the client wrote it: a `data:` URL, or the `https:` one of an image elsewhere. A backend only ever gets base64 `data:`
   * URLs of PNG and JPEG: the engine fetches and converts the rest.
   */
  readonly url: string;
  /** The request field that it came in, for errors about it. */
  readonly param: string;
}

/** A piece of a message. */
export type ContentPart = TextPart | ImagePart;

/** A call that an assistant message asked for. `arguments` is JSON text, as the model wrote it. */
export interface ToolCall {
  readonly id: string;
  readonly name: string;
  readonly arguments: string;
}

export interface AssistantMessage {
  readonly role: 'assistant';
  readonly content: readonly ContentPart[];
  readonly toolCalls: readonly ToolCall[];
}

export interface ToolMessage {
  readonly role: 'tool';
  readonly toolCallId: string;
  readonly content: readonly ContentPart[];
}

/** One message of a conversation, independent of the wire it came over. `system` stands for OpenAI's `developer` too. */
export type Message =
  | { readonly role: 'system' | 'user'; readonly content: readonly ContentPart[] }
  | AssistantMessage
  | ToolMessage;

/** What a backend is asked to run: the input of {@link Backend.run}. */
export interface RunRequest {
  /** The `X-Request-ID` of the HTTP request; ties log lines together. */
  readonly requestId: string;
  /** The trace that the run is a part of; absent where it is of none. */
  readonly traceContext?: TraceContext;
  /** The Cursor API key to run on. */
  readonly apiKey: string;
  readonly model: ModelSelection;
  /** The system and developer messages that open the conversation, joined by blank lines; `null` where there are none. */
  readonly systemPrompt: string | null;
  /** The tools of the conversation; none means that the model gets no tools at all. */
  readonly tools: readonly ToolDefinition[];
  /** The names of the tools that may be called in this run; `null` for all of {@link tools}. */
  readonly offeredTools: readonly string[] | null;
  /** The kept agent that goes on; `null` for a new one. */
  readonly agentId: string | null;
  /** Whether the agent is kept after a run that ends well, for another run; see {@link Backend.releaseAgents}. */
  readonly keepAgent: boolean;
  /** For a new agent the whole conversation, for a kept one what it does not know yet; oldest first, at least one message. */
  readonly messages: readonly Message[];
  /** What else the model is told in this run alone, such as the format of the answer. */
  readonly instructions: readonly string[];
}
