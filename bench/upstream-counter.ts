import { once } from 'node:events';
import { createServer, type IncomingMessage, request as sendRequest, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { fromBinary, toBinary } from '@bufbuild/protobuf';
import {
  type AgentClientMessage,
  AgentClientMessageSchema,
  ConversationStateStructureSchema,
  McpToolsSchema,
} from '../src/simulator/generated/agent_pb.ts';
import { BidiAppendRequestSchema } from '../src/simulator/generated/aiserver_pb.ts';

/** Bytes that one run sends to the backend. */
export interface UpstreamBytes {
  /** The text of the user message: what the caller says in this turn. */
  userMessage: number;
  /** The system prompt and the tools, which every turn tells again. */
  definitions: number;
  /** The names of the blobs that hold the history. */
  references: number;
  /** The message that opens the run, with all of the above in it, as it is sent. */
  runRequest: number;
  /** The blobs that the backend has asked for, as they are sent. */
  blobs: number;
  /** All requests of the run, with their headers. */
  all: number;
}

/** A proxy in front of a backend that counts what goes to it. It knows the agent stream over HTTP/1.1 only. */
export interface UpstreamCounter {
  readonly url: string;
  /** One for each run, oldest first. */
  runs(): readonly Readonly<UpstreamBytes>[];
  close(): void;
}

const NOTHING: UpstreamBytes = { userMessage: 0, definitions: 0, references: 0, runRequest: 0, blobs: 0, all: 0 };

export const startUpstreamCounter = async (backendUrl: string): Promise<UpstreamCounter> => {
  const runs = new Map<string, UpstreamBytes>();

  const count = (incoming: IncomingMessage, body: Buffer): void => {
    const runId = incoming.headers['x-request-id'];
    if (!/\/(?:RunSSE|BidiAppend)$/.test(incoming.url ?? '') || typeof runId !== 'string') return;
    const run = runs.get(runId) ?? { ...NOTHING };
    runs.set(runId, run);
    run.all += countHead(incoming) + body.length;
    if (incoming.url?.endsWith('/BidiAppend') !== true) return;
    const { data } = fromBinary(BidiAppendRequestSchema, body);
    addMessage(run, fromBinary(AgentClientMessageSchema, Buffer.from(data, 'hex')), body.length);
  };

  const pass = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await buffer(incoming);
    count(incoming, body);
    const { method, headers, url } = incoming;
    const { 'transfer-encoding': _chunked, ...others } = headers;
    const outgoing = sendRequest(new URL(url ?? '/', backendUrl), {
      method,
      headers: { ...others, host: new URL(backendUrl).host, 'content-length': body.length },
    });
    outgoing
      .once('response', (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        response.flushHeaders();
        answer.once('error', () => response.destroy()).pipe(response);
      })
      .once('error', () => response.destroy())
      .end(body);
    response.once('close', () => outgoing.destroy());
  };

  const server = createServer((incoming, response) => {
    pass(incoming, response).catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The counter has no port.');
  return {
    url: `http://127.0.0.1:${address.port}`,
    runs: () => [...runs.values()],
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
};

const addMessage = (run: UpstreamBytes, { message }: AgentClientMessage, bytes: number): void => {
  if (message.case === 'kvClientMessage' && message.value.message.case === 'getBlobResult') run.blobs += bytes;
  if (message.case !== 'runRequest') return;
  const { action, conversationState, customSystemPrompt, mcpTools } = message.value;
  const user = action?.action.case === 'userMessageAction' ? action.action.value.userMessage : undefined;
  run.userMessage += Buffer.byteLength(user?.text ?? '');
  run.definitions += Buffer.byteLength(customSystemPrompt ?? '');
  if (mcpTools !== undefined) run.definitions += toBinary(McpToolsSchema, mcpTools).length;
  if (conversationState !== undefined) {
    run.references += toBinary(ConversationStateStructureSchema, conversationState).length;
  }
  run.runRequest += bytes;
};

/** Request line and headers, as RFC 9112 writes them. */
const countHead = ({ method, url, rawHeaders }: IncomingMessage): number =>
  `${method} ${url} HTTP/1.1\r\n\r\n`.length +
  rawHeaders.reduce((sum, text) => sum + Buffer.byteLength(text), 0) +
  // A colon and a space, or a line's end.
  rawHeaders.length * 2;
