import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import type { Client } from '../../src/core/client.ts';
import { DEFAULT_ACCOUNT } from '../../src/core/credential-source.ts';
import { createHttpServer } from '../../src/server/create-http-server.ts';
import type { ServerTiming } from '../../src/server/server-timing.ts';
import {
  createResponseSockets,
  type ResponseSocketsOptions,
} from '../../src/server/websocket/create-response-sockets.ts';
import type { SocketLimits } from '../../src/server/websocket/socket-limits.ts';
import { createMemoryLogger } from './memory-logger.ts';
import { createScriptedTurns, type TurnScript } from './scripted-turns.ts';
import { openSocketClient } from './socket-client.ts';

const TIMING: ServerTiming = {
  quietMs: 60_000,
  heartbeatMs: 60_000,
  slowReaderMs: 60_000,
  bodyGraceMs: 60_000,
  bodyBytesPerSecond: 16_384,
};

export const SOCKET_CLIENT: Client = {
  owner: 'test-owner',
  tokenName: 'test',
  account: DEFAULT_ACCOUNT,
  isAccountFixed: false,
  models: null,
  revocation: new AbortController().signal,
};

/** What differs from a usual server. */
export type ResponseSocketsSetup = Partial<
  Pick<ResponseSocketsOptions, 'authenticator' | 'activity' | 'maxBodyMegabytes'>
> & {
  readonly limits?: Partial<SocketLimits>;
  readonly timing?: Partial<ServerTiming>;
};

/** Serves WebSockets whose responses play a script; ended with the test. */
export const startResponseSockets = async (script: TurnScript, setup: ResponseSocketsSetup = {}) => {
  const logger = createMemoryLogger();
  const { turns, begun } = createScriptedTurns(script);
  const sockets = createResponseSockets({
    turns,
    authenticator: { authenticate: async () => SOCKET_CLIENT },
    network: { allowedHosts: () => [], allowsAddresses: false, allowedOrigins: [] },
    activity: null,
    maxBodyMegabytes: 20,
    logger,
    ...setup,
    timing: { ...TIMING, ...setup.timing },
  });
  const server = createHttpServer({
    listener: (_request, response) => response.end(),
    upgrade: (request, socket, head) => sockets.upgrade(request, socket, head),
    tls: null,
    maxConnections: 100,
    logger,
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const clients: Awaited<ReturnType<typeof openSocketClient>>[] = [];
  onTestFinished(async () => {
    for (const { socket } of clients) socket.terminate();
    server.close();
    await once(server, 'close');
  });
  const url = `http://127.0.0.1:${port}`;
  return {
    sockets,
    begun,
    logger,
    url,
    port,
    connect: async (headers?: Readonly<Record<string, string>>) => {
      const client = await openSocketClient(`${url}/v1/responses`, headers);
      clients.push(client);
      return client;
    },
  };
};
