import { createConnectRouter, createContextValues } from '@connectrpc/connect';
import { universalRequestFromNodeRequest, universalResponseToNodeResponse } from '@connectrpc/connect-node';
import { GatewayError } from '../core/gateway-error.ts';
import { isAllowedHost, isAllowedOrigin } from '../core/loopback-guard.ts';
import { addAccountServices } from './account-services.ts';
import { createAccounts } from './accounts.ts';
import { addAgentService, dropConnectionKey } from './agent-service.ts';
import { answerControl } from './control-routes.ts';
import { breakConnection } from './break-connection.ts';
import type { HttpRequest, HttpResponse } from './http-exchange.ts';
import { sendError, sendJson } from './http-messages.ts';
import type { RunEnvironment } from './perform-run.ts';
import { answerRest } from './rest-routes.ts';

const CONNECT_METHOD_PATH = /^\/[\w.]+\.\w+\/\w+$/;

/** Creates the simulator's request listener, the same for HTTP/1.1 and HTTP/2. */
export function createRequestHandler(
  environment: RunEnvironment,
  options: { readonly http2: boolean },
): (request: HttpRequest, response: HttpResponse) => void {
  const { scenario, runs, memory, logger } = environment;
  const calls = new Map<string, number>();
  const accounts = createAccounts();
  const router = createConnectRouter({ acceptCompression: [], jsonOptions: { ignoreUnknownFields: true } });
  addAccountServices(router, accounts, options);
  addAgentService(router, environment, accounts);
  const methods = new Map(router.handlers.map((handler) => [handler.requestPath, handler]));

  const answer = async (request: HttpRequest, response: HttpResponse): Promise<void> => {
    const host = 'authority' in request ? request.authority : request.headers.host;
    const refusal = refuse(host, request.headers.origin);
    if (refusal !== null) {
      sendError(response, refusal);
      return;
    }
    const url = URL.parse(request.url ?? '/', 'http://127.0.0.1');
    if (url === null) {
      sendError(response, new GatewayError('not_found', 'The request has no usable path.'));
      return;
    }
    const path = url.pathname;
    if (path.startsWith('/_simulator/')) {
      await answerControl({ scenario, runs, memory, accounts, calls }, path, request, response);
      return;
    }
    calls.set(path, (calls.get(path) ?? 0) + 1);
    const method = methods.get(path);
    if (method !== undefined) {
      const values = createContextValues().set(dropConnectionKey, () => {
        breakConnection(request);
      });
      const result = await method(universalRequestFromNodeRequest(request, response, undefined, values));
      await universalResponseToNodeResponse(result, response);
    } else if (await answerRest({ accounts, runs }, url, request, response)) {
      return;
    } else if (request.method === 'POST' && CONNECT_METHOD_PATH.test(path)) {
      sendJson(response, 501, { code: 'unimplemented', message: `The simulator has no ${path}` });
    } else {
      sendJson(response, 404, { error: { code: 'not_found', message: `The simulator has no ${path}` } });
    }
  };

  return (request, response) => {
    answer(request, response).catch((error: unknown) => {
      // Nearly always a client that has gone; whatever it is, nobody is left to tell.
      logger.debug('A simulated call broke off', { reason: error instanceof Error ? error.message : String(error) });
      breakConnection(request);
    });
  };
}

function refuse(host: string | undefined, origin: string | undefined): GatewayError | null {
  if (!isAllowedHost(host, []))
    return new GatewayError('permission_denied', 'The Host of the request is not this machine.');
  if (!isAllowedOrigin(origin))
    return new GatewayError('permission_denied', 'The Origin of the request is not this machine.');
  return null;
}
