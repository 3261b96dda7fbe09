import { createHash, randomBytes } from 'node:crypto';
import { createSignIns } from './sign-ins.ts';

/** What an `Authorization` header is worth. Keys themselves are never kept: a hash stands for one. */
export type KeyCheck =
  | { readonly status: 'valid'; readonly apiKeyHash: string }
  | { readonly status: 'invalid' | 'expired' | 'limited' };

/** Whose a key is, in the form of `GET /v1/me`. */
export interface KeyOwner {
  readonly apiKeyName: string;
  readonly email: string;
}

/** What came of the making of a key. */
export type Minting =
  | { readonly status: 'minted'; readonly apiKey: string }
  /** The bearer is not the token of a session. */
  | { readonly status: 'signed-out' }
  /** The account may not make keys. */
  | { readonly status: 'denied' };

/** A key that was made for a session, in the form of `GET /_simulator/keys`. */
export interface MintedKey {
  readonly name: string;
  /** Milliseconds since 1970; `null` where it never expires. */
  readonly expiresAt: number | null;
  readonly email: string;
  /** Whether the session is of a sign-in with the page, or of an editor. */
  readonly createdBy: 'browser' | 'session';
}

/** The keys, access tokens and sign-ins that the simulator knows. */
export interface Accounts {
  /**
   * Judges an API key sent as a bearer token: `crsr_invalid…` and whatever is no key are refused, `crsr_expired…` and keys
   * that were made and are over have expired, `crsr_limited…` is limited.
   */
  checkApiKey(authorization: string | undefined): KeyCheck;
  ownerOf(apiKeyHash: string): KeyOwner;
  /** Whether a key is out of requests: `crsr_busy…`. All but runs works with it. */
  isBusy(apiKeyHash: string): boolean;
  /** The access token of a key: the same one each time. */
  accessTokenFor(apiKeyHash: string): string;
  /** The hash of the key that a bearer access token leads back to; `null` for a token that was not handed out or whose key has expired. */
  apiKeyHashOf(authorization: string | null | undefined): string | null;
  /** Makes a new API key for a session. */
  createApiKey(authorization: string | null, request: Pick<MintedKey, 'name' | 'expiresAt'>): Minting;
  /** Whose session a bearer is; `null` where it is none. */
  sessionEmail(authorization: string | null): string | null;
  /** The keys that were made, oldest first. */
  mintedKeys(): readonly MintedKey[];
  /** Makes every key that was made expire now. */
  expireMintedKeys(): void;
  /** Whether the making of the next key is denied. */
  denyNextKey(isDenied: boolean): void;
  /** Marks a sign-in as approved, as the web page does when a person confirms it. `name` is the person's; `null` for the usual one. */
  approveSignIn(uuid: string, challenge: string, name: string | null): void;
  /**
   * Asks whether a sign-in was approved; returns its session token, or `null` while it is pending. One whose page was never
   * opened is approved by the second question, so that no browser is needed.
   */
  pollSignIn(uuid: string, verifier: string): string | null;
}

/** Tokens of an editor's own sign-in: the part after it names the person. */
const EDITOR_SESSION = 'simulator_session_editor';

export function createAccounts(): Accounts {
  const tokensByKey = new Map<string, string>();
  const keysByToken = new Map<string, string>();
  const owners = new Map<string, KeyOwner>();
  const busyKeys = new Set<string>();
  const sessions = new Map<string, string>();
  const minted = new Map<string, MintedKey>();
  let isNextKeyDenied = false;
  const signIns = createSignIns((email) => {
    const session = `simulator_session_${randomBytes(18).toString('base64url')}`;
    sessions.set(session, email);
    return session;
  });

  const isExpired = (apiKeyHash: string): boolean => {
    const expiresAt = minted.get(apiKeyHash)?.expiresAt ?? null;
    return expiresAt !== null && expiresAt <= Date.now();
  };
  const sessionEmail = (authorization: string | null): string | null => {
    const token = bearer(authorization) ?? '';
    if (!token.startsWith(EDITOR_SESSION)) return sessions.get(token) ?? null;
    return toEmail(/^_([a-z]+)/.exec(token.slice(EDITOR_SESSION.length))?.[1] ?? 'editor');
  };

  return {
    checkApiKey(authorization) {
      const key = bearer(authorization);
      if (key === null || !key.startsWith('crsr_') || key.startsWith('crsr_invalid')) return { status: 'invalid' };
      if (key.startsWith('crsr_limited')) return { status: 'limited' };
      const apiKeyHash = hash(key);
      if (key.startsWith('crsr_expired') || isExpired(apiKeyHash)) return { status: 'expired' };
      if (key.startsWith('crsr_busy')) busyKeys.add(apiKeyHash);
      if (!owners.has(apiKeyHash)) {
        owners.set(apiKeyHash, {
          apiKeyName: 'Simulator key',
          email: toEmail(/^crsr_([a-z]+)/.exec(key)?.[1] ?? null),
        });
      }
      return { status: 'valid', apiKeyHash };
    },
    ownerOf: (apiKeyHash) => owners.get(apiKeyHash) ?? { apiKeyName: 'Simulator key', email: toEmail(null) },
    isBusy: (apiKeyHash) => busyKeys.has(apiKeyHash),
    accessTokenFor(apiKeyHash) {
      const known = tokensByKey.get(apiKeyHash);
      if (known !== undefined) return known;
      const token = `simulator_access_${randomBytes(18).toString('base64url')}`;
      tokensByKey.set(apiKeyHash, token);
      keysByToken.set(token, apiKeyHash);
      return token;
    },
    apiKeyHashOf(authorization) {
      const apiKeyHash = keysByToken.get(bearer(authorization) ?? '') ?? null;
      return apiKeyHash === null || isExpired(apiKeyHash) ? null : apiKeyHash;
    },
    createApiKey(authorization, { name, expiresAt }) {
      if (bearer(authorization)?.startsWith('simulator_session_refused') === true) return { status: 'denied' };
      const email = sessionEmail(authorization);
      if (email === null) return { status: 'signed-out' };
      if (isNextKeyDenied) {
        isNextKeyDenied = false;
        return { status: 'denied' };
      }
      const createdBy = bearer(authorization)?.startsWith(EDITOR_SESSION) === true ? 'session' : 'browser';
      const apiKey = `crsr_${randomBytes(24).toString('hex')}`;
      minted.set(hash(apiKey), { name, expiresAt, email, createdBy });
      owners.set(hash(apiKey), { apiKeyName: name, email });
      return { status: 'minted', apiKey };
    },
    sessionEmail,
    mintedKeys: () => [...minted.values()],
    expireMintedKeys() {
      for (const [apiKeyHash, key] of minted) minted.set(apiKeyHash, { ...key, expiresAt: Date.now() });
    },
    denyNextKey(isDenied) {
      isNextKeyDenied = isDenied;
    },
    approveSignIn: (uuid, challenge, name) => signIns.approve(uuid, challenge, toEmail(name)),
    pollSignIn: (uuid, verifier) => signIns.poll(uuid, verifier, toEmail(null)),
  };
}

const toEmail = (name: string | null): string => `${name ?? 'person'}@simulator.invalid`;

const hash = (key: string): string => createHash('sha256').update(key).digest('hex');

function bearer(authorization: string | null | undefined): string | null {
  return /^Bearer (.+)$/i.exec(authorization ?? '')?.[1] ?? null;
}
