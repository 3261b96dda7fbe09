import type { EventEmitter } from 'vscode';
import { toTokenNameKey } from '../../core/access-token.ts';
import type { AccessTokens } from '../../credentials/access-tokens/access-tokens.ts';
import type { GatewayState } from '../../host/gateway-state.ts';
import type { ServerController } from '../server-controller.ts';
import { toGatewayFailure } from '../to-gateway-failure.ts';
import { PortsideApiError } from './portside-api-error.ts';
import type { PortsideApi, PortsideState, PortsideToken } from './portside-api.ts';
import { type TokenRequest, readTokenOptions } from './read-token-options.ts';
import { toApiState } from './to-api-state.ts';

type ApiTokens = Pick<AccessTokens, 'list' | 'create'>;

export interface ApiOptions {
  readonly server: Pick<ServerController, 'state' | 'onDidChangeState'>;
  readonly openTokens: () => Promise<ApiTokens>;
  /** Asks the user. */
  readonly confirm: (request: TokenRequest) => Promise<boolean>;
  readonly emitter: Pick<EventEmitter<PortsideState>, 'event' | 'fire'>;
  readonly now?: () => number;
}

/** A name that no token has: the wanted one, or that with a number. */
const toFreeName = (wanted: string, taken: ReadonlySet<string>): string => {
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? wanted : `${wanted} ${number}`;
    if (!taken.has(toTokenNameKey(name))) return name;
  }
};

/** Another Portside that is not an editor has tokens of its own. */
const checkKnowsTokens = (state: GatewayState): void => {
  if (state.status === 'served-elsewhere' && state.by?.kind !== 'editor') {
    throw new PortsideApiError(
      'unavailable',
      'Portside is served by a program that does not know the access tokens of this editor. Take over, or use a token of that one.',
    );
  }
};

const createUnderFreeName = (
  tokens: ApiTokens,
  { name: wanted, expiresAt, models, requestsPerMinute }: TokenRequest,
): PortsideToken => {
  const name = toFreeName(wanted, new Set(tokens.list().map((token) => toTokenNameKey(token.name))));
  const { info, token } = tokens.create(name, {
    expiresAt: expiresAt ?? null,
    models: models ?? null,
    requestsPerMinute: requestsPerMinute ?? null,
  });
  return { name: info.name, token };
};

/** What is not written for people stays here. */
const toApiError = (error: unknown): PortsideApiError => {
  const failure = toGatewayFailure(error);
  if (failure?.code === 'invalid_request') return new PortsideApiError('invalid_request', failure.message);
  return new PortsideApiError('unavailable', failure?.message ?? 'Portside could not create the access token.');
};

/** Makes what `activate()` gives to other extensions. */
export const createApi = ({ server, openTokens, confirm, emitter, now = Date.now }: ApiOptions): PortsideApi => {
  // The server's own state changes with every request.
  let told = JSON.stringify(toApiState(server.state));
  server.onDidChangeState((next) => {
    const state = toApiState(next);
    const text = JSON.stringify(state);
    if (text === told) return;
    told = text;
    emitter.fire(state);
  });
  return {
    get baseUrl() {
      const state = toApiState(server.state);
      return 'baseUrl' in state ? state.baseUrl : null;
    },
    onDidChangeState: emitter.event,
    async createToken(options) {
      const request = readTokenOptions(options, now());
      checkKnowsTokens(server.state);
      if (!(await confirm(request)))
        throw new PortsideApiError('declined', 'The user does not want this access token.');
      checkKnowsTokens(server.state);
      try {
        return createUnderFreeName(await openTokens(), request);
      } catch (error) {
        throw toApiError(error);
      }
    },
  };
};
