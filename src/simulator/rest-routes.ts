import type { HttpRequest, HttpResponse } from './http-exchange.ts';
import * as z from 'zod';
import { toApiAccount } from './api-account.ts';
import type { Accounts } from './accounts.ts';
import { readBody, sendJson } from './http-messages.ts';
import { MODEL_CATALOG } from './model-catalog.ts';
import type { RunLog } from './run-log.ts';
import { totalUsage } from './total-usage.ts';

/** What the REST endpoints answer from. */
export interface RestState {
  readonly accounts: Accounts;
  readonly runs: RunLog;
}

const MAXIMUM_BODY_BYTES = 64 * 1024;
const USAGE_PATH = /^\/v1\/agents\/([^/]+)\/usage$/;

const pollSchema = z.object({ uuid: z.string(), verifier: z.string() });

/** Answers a request for a path that is not a Connect method; returns whether there was such a path. */
export async function answerRest(
  state: RestState,
  url: URL,
  request: HttpRequest,
  response: HttpResponse,
): Promise<boolean> {
  const agentId = USAGE_PATH.exec(url.pathname)?.[1];
  switch (`${request.method} ${agentId === undefined ? url.pathname : '/v1/agents/{id}/usage'}`) {
    case 'POST /auth/exchange_user_api_key':
      requireKey(state, request, response, (apiKeyHash) => ({
        accessToken: state.accounts.accessTokenFor(apiKeyHash),
      }));
      return true;
    case 'GET /v1/models':
      requireKey(state, request, response, () => ({ items: MODEL_CATALOG }));
      return true;
    case 'GET /v1/me':
      requireKey(state, request, response, (apiKeyHash) => toApiAccount(state.accounts.ownerOf(apiKeyHash)));
      return true;
    case 'GET /v1/repositories':
      requireKey(state, request, response, () => ({ items: [] }));
      return true;
    case 'GET /v1/agents/{id}/usage':
      requireKey(state, request, response, () => ({
        totalUsage: totalUsage(state.runs.usageOf(decodeURIComponent(agentId ?? ''), url.searchParams.get('runId'))),
        runs: [],
      }));
      return true;
    case 'POST /auth/poll':
      await answerPoll(state, request, response);
      return true;
    case 'GET /loginDeepControl':
      state.accounts.approveSignIn(
        url.searchParams.get('uuid') ?? '',
        url.searchParams.get('challenge') ?? '',
        url.searchParams.get('person'),
      );
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
      response.end(
        '<!doctype html><title>Signed in</title><p>You are signed in to the simulator. You may close this page.</p>',
      );
      return true;
    default:
      return false;
  }
}

async function answerPoll({ accounts }: RestState, request: HttpRequest, response: HttpResponse): Promise<void> {
  const poll = pollSchema.safeParse(parseJson(await readBody(request, MAXIMUM_BODY_BYTES)));
  if (!poll.success) {
    sendRestError(response, 400, 'bad_request', 'The body must name uuid and verifier');
    return;
  }
  const session = accounts.pollSignIn(poll.data.uuid, poll.data.verifier);
  if (session !== null) {
    sendJson(response, 200, { accessToken: session, refreshToken: session });
    return;
  }
  // The SDK takes exactly this body for "not yet".
  response.writeHead(404, { 'content-type': 'text/plain' });
  response.end('Not found');
}

function requireKey(
  { accounts }: RestState,
  request: HttpRequest,
  response: HttpResponse,
  answer: (apiKeyHash: string) => unknown,
): void {
  const check = accounts.checkApiKey(request.headers.authorization);
  if (check.status === 'valid') sendJson(response, 200, answer(check.apiKeyHash));
  else if (check.status === 'limited')
    sendRestError(response, 429, 'rate_limit_exceeded', 'Too many requests for this API key');
  else if (check.status === 'expired') sendRestError(response, 401, 'unauthorized', 'The API key has expired');
  else sendRestError(response, 401, 'unauthorized', 'Invalid API key');
}

function sendRestError(response: HttpResponse, status: number, code: string, message: string): void {
  sendJson(response, status, { error: { code, message } });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
