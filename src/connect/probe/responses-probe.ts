import type { Connection, ToolProbe } from '../connect-tool.ts';
import { PROBE_PROMPT } from './chat-probe.ts';
import { readResponseAnswer, readResponseModel } from './read-response-answer.ts';

export interface ResponsesProbeOptions {
  /** As the tool sends it, where that is known. */
  readonly userAgent: string;
  /** Further headers of the tool. */
  readonly headers?: Readonly<Record<string, string>>;
  /** A developer message, for tools that always send one. */
  readonly developer: string;
  /** What the tool sends besides model, input and `stream`. */
  readonly extra: Readonly<Record<string, unknown>>;
}

/** A question by the Responses API, streamed. */
export const createResponsesProbe = (connection: Connection, options: ResponsesProbeOptions): ToolProbe => ({
  method: 'POST',
  path: '/responses',
  headers: {
    Authorization: `Bearer ${connection.token}`,
    'Content-Type': 'application/json',
    Accept: 'text/event-stream',
    'User-Agent': options.userAgent,
    ...options.headers,
  },
  body: {
    model: connection.model,
    stream: true,
    input: [toMessage('developer', options.developer), toMessage('user', PROBE_PROMPT)],
    ...options.extra,
  },
  readAnswer: readResponseAnswer,
  readModel: readResponseModel,
});

const toMessage = (role: string, text: string) => ({ type: 'message', role, content: [{ type: 'input_text', text }] });
