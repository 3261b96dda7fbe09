import type { Connection, ToolProbe } from '../connect-tool.ts';
import { readChatAnswer, readChatModel } from './read-chat-answer.ts';

/** The fewest words that show that an answer comes. */
export const PROBE_PROMPT = 'Answer with the one word "Connected".';

export interface ChatProbeOptions {
  /** As the tool sends it, where that is known. */
  readonly userAgent: string;
  readonly isStreamed: boolean;
  /** What the tool sends besides model, messages and `stream`. */
  readonly extra?: Readonly<Record<string, unknown>>;
  /** Further headers of the tool. */
  readonly headers?: Readonly<Record<string, string>>;
  /** A system message, for tools that always send one. */
  readonly system?: string;
  readonly path?: string;
  readonly model?: string;
}

/** A question by Chat Completions. */
export const createChatProbe = (connection: Connection, options: ChatProbeOptions): ToolProbe => ({
  method: 'POST',
  path: options.path ?? '/chat/completions',
  headers: {
    Authorization: `Bearer ${connection.token}`,
    'Content-Type': 'application/json',
    Accept: options.isStreamed ? 'text/event-stream' : 'application/json',
    'User-Agent': options.userAgent,
    ...options.headers,
  },
  body: {
    model: options.model ?? connection.model,
    messages: [
      ...(options.system === undefined ? [] : [{ role: 'system', content: options.system }]),
      { role: 'user', content: PROBE_PROMPT },
    ],
    ...(options.isStreamed && { stream: true }),
    ...options.extra,
  },
  readAnswer: (body) => readChatAnswer(body, options.isStreamed),
  readModel: (body) => readChatModel(body, options.isStreamed),
});

/** A tool of the model's, for tools that never ask without any. */
export const PROBE_TOOL = {
  type: 'function',
  function: {
    name: 'read_file',
    description: 'Reads a file of the project.',
    parameters: {
      type: 'object',
      properties: { path: { type: 'string', description: 'The path of the file.' } },
      required: ['path'],
    },
  },
} as const;
