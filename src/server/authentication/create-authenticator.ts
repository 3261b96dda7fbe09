import { LRUCache } from 'lru-cache';
import type { Client, ClientCheck, ClientRegistry } from '../../core/client.ts';
import { type AccountChoice, DEFAULT_ACCOUNT } from '../../core/credential-source.ts';
import { sha256 } from '../../core/digest.ts';
import { GatewayError } from '../../core/gateway-error.ts';
import { isLoopbackHost } from '../../core/loopback-guard.ts';
import { createFailureLimit } from './failure-limit.ts';
import { type CheckCursorKey, createKeyChecks, type KeyVerdict } from './key-checks.ts';
import { readTokens, type RequestCredentials } from './read-credentials.ts';

/** Who is let in. */
export interface AuthenticationOptions {
  readonly clients: ClientRegistry;
  /** Without, whoever sends no known token is let in too, under the names that this machine has of itself. */
  readonly isRequired: boolean;
  /** Asks Cursor whether a caller's own key is right; `null` where such keys are not accepted. */
  readonly checkCursorKey: CheckCursorKey | null;
}

/** Tells who sent a request, whatever it came by. */
export interface Authenticator {
  /** @throws GatewayError `client_token_invalid`, `token_rate_limited`, `too_many_failed_authentications`, `permission_denied`, `upstream_unavailable` */
  authenticate(credentials: RequestCredentials): Promise<Client>;
  /** Takes note that Cursor has refused a caller's own key in a run. */
  noteRefusedKey(apiKey: string): void;
}

/** Whom the requests without a token of their own belong to. */
const ANONYMOUS = 'anonymous';

const MAX_SENDERS = 1000;

/** Decides by {@link AuthenticationOptions}; counts failed authentications for as long as it lives. */
export const createAuthenticator = ({ clients, isRequired, checkCursorKey }: AuthenticationOptions): Authenticator => {
  const failures = createFailureLimit();
  const keyChecks = checkCursorKey === null ? null : createKeyChecks(checkCursorKey);
  /** Where keys came from, by their hashes. */
  const senders = new LRUCache<string, string>({ max: MAX_SENDERS });

  /** Judges callers' own keys. Gives `null` where Cursor refuses all of them. */
  const admitKey = async (apiKeys: readonly string[], address: string): Promise<Client | null> => {
    if (keyChecks === null) return null;
    let unknown: Extract<KeyVerdict, { status: 'unknown' }> | null = null;
    for (const apiKey of apiKeys) {
      const verdict = await keyChecks.check(apiKey, await failures.isReached(address));
      if (verdict.status === 'accepted') {
        senders.set(sha256(apiKey, 'hex'), address);
        return createKeyClient(apiKey);
      }
      if (verdict.status === 'unknown') unknown ??= verdict;
    }
    // No guess, and nobody: a made-up key must not open what needs no run.
    if (unknown !== null) throw cannotJudge(unknown.reason);
    return null;
  };

  const identify = async (credentials: RequestCredentials): Promise<Client> => {
    const tokens = readTokens(credentials);
    const checks: ClientCheck[] = [];
    for (const token of tokens) {
      const check = await clients.check(token);
      if (check.status === 'accepted') return check.client;
      checks.push(check);
    }
    for (const check of checks) if (check.status === 'limited') throw overLimit(check);
    const cursorKeys = tokens.filter(isCursorKey);
    const keyClient = await admitKey(cursorKeys, credentials.address);
    if (keyClient !== null) return keyClient;
    // A token that has run out is no guess, and is told so also where none is needed: with it, less may be allowed.
    for (const check of checks) if (check.status === 'expired') throw expired(check);
    const isRefusedKey = keyChecks !== null && cursorKeys.length > 0;
    // Nobody who brings a key of their own expects to use another's account instead.
    if (!isRequired && !isRefusedKey && isLoopbackHost(credentials.host)) return createAnonymous();
    const hint = isRequired || isLoopbackHost(credentials.host) ? '' : ` ${NEEDED_HERE}`;
    // Who sends no token guesses nothing: browsers and probes do so, and are told the same each time.
    if (tokens.length === 0) throw invalid(MISSING + hint);
    await failures.note(credentials.address);
    if (isRefusedKey) throw invalid(REFUSED_KEY);
    throw invalid((cursorKeys.length > 0 ? KEYS_ARE_OFF : WRONG) + hint);
  };

  return {
    async authenticate(credentials) {
      const client = await identify(credentials);
      return { ...client, account: chooseAccount(client, credentials.account) };
    },
    noteRefusedKey(apiKey) {
      keyChecks?.forget(apiKey);
      const address = senders.get(sha256(apiKey, 'hex'));
      // The run has been answered already: being over the limit shows at the next request.
      if (address !== undefined) void failures.note(address).catch(() => undefined);
    },
  };
};

const isCursorKey = (token: string): boolean => token.startsWith('crsr_');

/** A new one each time: what waits for it goes with it. */
const neverAborted = (): AbortSignal => new AbortController().signal;

const createAnonymous = (): Client => ({
  owner: ANONYMOUS,
  tokenName: null,
  account: DEFAULT_ACCOUNT,
  isAccountFixed: false,
  models: null,
  revocation: neverAborted(),
});

const createKeyClient = (apiKey: string): Client => ({
  owner: `key:${sha256(apiKey, 'hex')}`,
  tokenName: null,
  account: { type: 'key', apiKey },
  isAccountFixed: true,
  models: null,
  revocation: neverAborted(),
});

const chooseAccount = ({ account, isAccountFixed }: Client, header: string | undefined): AccountChoice => {
  const name = header?.trim() ?? '';
  if (name === '') return account;
  if (!isAccountFixed) return { type: 'account', name };
  if (account.type === 'account' && account.name === name) return account;
  throw new GatewayError(
    'permission_denied',
    account.type === 'key'
      ? 'A request with a Cursor API key of its own uses the account of that key. Leave X-Portside-Account out.'
      : `This access token may not use the account "${name}": it is bound to another one. Leave X-Portside-Account out.`,
  );
};

const MISSING = "No access token was sent. Send Portside's as `Authorization: Bearer <token>`.";
const WRONG =
  "The access token is wrong. Use Portside's own: it is shown at start, or copied by the command Portside: Copy Access Token.";
const KEYS_ARE_OFF =
  'Portside wants its own access token, not a Cursor API key. Use the one that is shown at start, or copied by the command Portside: Copy Access Token; or allow clients to bring Cursor API keys by the setting `portside.passThroughKeys` (PORTSIDE_PASS_THROUGH_KEYS=true).';
const REFUSED_KEY =
  'Cursor does not accept the API key that was sent in place of an access token. Send a valid one, or an access token of Portside.';
/** The address of a forwarded request is that of who forwards it; its name is all that tells. */
const NEEDED_HERE =
  'A token is needed under this host name: the setting `portside.requireToken` (PORTSIDE_REQUIRE_TOKEN) turns that off for 127.0.0.1 and localhost alone.';

const cannotJudge = (reason: string): GatewayError =>
  new GatewayError(
    'upstream_unavailable',
    `Cursor cannot be asked whether this API key is right: ${reason.replace(/\.?(?: Try again[^.]*\.)?$/, '.')} Try again in a moment.`,
    { retryAfterSeconds: 5 },
  );

const invalid = (message: string): GatewayError => new GatewayError('client_token_invalid', message);

const expired = ({ tokenName }: { readonly tokenName: string }): GatewayError =>
  invalid(`The access token "${tokenName}" has expired. Make a new one.`);

const overLimit = ({ tokenName, retryAfterSeconds }: Extract<ClientCheck, { status: 'limited' }>): GatewayError =>
  new GatewayError(
    'token_rate_limited',
    `The access token "${tokenName}" has made as many requests in this minute as it may. Try again in ${retryAfterSeconds} s.`,
    { retryAfterSeconds },
  );
