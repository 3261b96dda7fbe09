import type { Connection, ToolProbe } from '../connect-tool.ts';
import { PROBE_PROMPT } from './chat-probe.ts';
import { readMessageAnswer, readMessageModel } from './read-message-answer.ts';

export interface MessagesProbeOptions {
  /** As the tool sends it, where that is known. */
  readonly userAgent: string;
  readonly isStreamed: boolean;
  /** Of the API, in the header `anthropic-version`. */
  readonly version: string;
  /** Further headers of the tool. */
  readonly headers?: Readonly<Record<string, string>>;
  /** What the tool sends besides model, messages and `stream`. */
  readonly extra: Readonly<Record<string, unknown>>;
  readonly path?: string;
}

/** A question by Anthropic's Messages. */
export const createMessagesProbe = (connection: Connection, options: MessagesProbeOptions): ToolProbe => ({
  method: 'POST',
  path: options.path ?? '/messages',
  headers: {
    Authorization: `Bearer ${connection.token}`,
    'Content-Type': 'application/json',
    Accept: 'application/json',
    'User-Agent': options.userAgent,
    'anthropic-version': options.version,
    ...options.headers,
  },
  body: {
    model: connection.model,
    messages: [{ role: 'user', content: [{ type: 'text', text: PROBE_PROMPT }] }],
    ...(options.isStreamed && { stream: true }),
    ...options.extra,
  },
  readAnswer: (body) => readMessageAnswer(body, options.isStreamed),
  readModel: (body) => readMessageModel(body, options.isStreamed),
});
