import type { Connection, ToolProbe } from '../connect-tool.ts';
import { PROBE_PROMPT } from './chat-probe.ts';
import { checkOllamaList, readOllamaAnswer, readOllamaModel } from './read-ollama-answer.ts';

export interface OllamaProbeOptions {
  /** As the tool sends it, where that is known. */
  readonly userAgent: string;
  readonly isStreamed: boolean;
  /** What the tool sends besides model, messages and `stream`. */
  readonly extra?: Readonly<Record<string, unknown>>;
}

/** What tools of Ollama's do first: look for the model in the list, and ask it. */
export const createOllamaProbe = (connection: Connection, options: OllamaProbeOptions): ToolProbe => ({
  method: 'POST',
  path: '//api/chat',
  headers: {
    Authorization: `Bearer ${connection.token}`,
    'Content-Type': 'application/json',
    Accept: 'application/json',
    'User-Agent': options.userAgent,
  },
  list: { path: '//api/tags', check: (body) => checkOllamaList(body, connection.model) },
  body: {
    model: connection.model,
    messages: [{ role: 'user', content: PROBE_PROMPT }],
    // Streams are what Ollama gives unless it is told otherwise.
    stream: options.isStreamed,
    ...options.extra,
  },
  readAnswer: readOllamaAnswer,
  readModel: readOllamaModel,
});
