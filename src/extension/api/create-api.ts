import type { EventEmitter } from 'vscode';
import { toTokenNameKey } from '../../core/access-token.ts';
import type { AccessTokens } from '../../credentials/access-tokens/access-tokens.ts';
import type { GatewayState } from '../../host/gateway-state.ts';
import type { ServerController } from '../server-controller.ts';
import { toGatewayFailure } from '../to-gateway-failure.ts';
import { knowsOurTokens } from '../windows/knows-our-tokens.ts';
import { PortsideApiError } from './portside-api-error.ts';
import type { PortsideApi, PortsideState, PortsideToken } from './portside-api.ts';
import { type TokenRequest, readTokenOptions } from './read-token-options.ts';
import { toApiState } from './to-api-state.ts';

type ApiTokens = Pick<AccessTokens, 'list' | 'create'>;

export interface ApiOptions {
  readonly server: Pick<ServerController, 'state' | 'onDidChangeState'>;
  /** Tells the folder of this editor's access tokens from others; see `toDataFolderId`. */
  readonly dataFolderId: string;
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

const checkKnowsTokens = (state: GatewayState, dataFolderId: string): void => {
  if (state.status === 'served-elsewhere' && !knowsOurTokens(state.by, dataFolderId)) {
    throw new PortsideApiError(
      'unavailable',
      'Portside is served by a program or another editor that does not know the access tokens of this one. Take over, or use a token of that one.',
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
export const createApi = (options: ApiOptions): PortsideApi => {
  const { server, dataFolderId, openTokens, confirm, emitter, now = Date.now } = options;
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
    async createToken(wanted) {
      const request = readTokenOptions(wanted, now());
      checkKnowsTokens(server.state, dataFolderId);
      if (!(await confirm(request)))
        throw new PortsideApiError('declined', 'The user does not want this access token.');
      checkKnowsTokens(server.state, dataFolderId);
      try {
        return createUnderFreeName(await openTokens(), request);
      } catch (error) {
        throw toApiError(error);
      }
    },
  };
};
