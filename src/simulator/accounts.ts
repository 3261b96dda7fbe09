import { createHash, randomBytes } from 'node:crypto';

/** What an `Authorization` header is worth. Keys themselves are never kept: a hash stands for one. */
export type KeyCheck =
  | { readonly status: 'valid'; readonly apiKeyHash: string }
  | { readonly status: 'invalid' }
  | { readonly status: 'limited' };

/** The keys, access tokens and sign-ins that the simulator knows. */
export interface Accounts {
  /** Judges an API key sent as a bearer token: `crsr_invalid…` and whatever is no key are refused, `crsr_limited…` is limited. */
  checkApiKey(authorization: string | undefined): KeyCheck;
  /** The access token of a key: the same one each time. */
  accessTokenFor(apiKeyHash: string): string;
  /** The hash of the key that a bearer access token leads back to; `null` for a token that was not handed out. */
  apiKeyHashOf(authorization: string | null | undefined): string | null;
  /** Makes a new API key for a signed-in session; `null` where the bearer is not one. */
  createApiKey(authorization: string | null): string | null;
  /** Whether the bearer is the token of a signed-in session. */
  isSession(authorization: string | null): boolean;
  /** Marks a sign-in as approved, as the web page does when a person confirms it. */
  approveSignIn(uuid: string, challenge: string): void;
  /**
   * Asks whether a sign-in was approved; returns its session token, or `null` while it is pending. One whose page was never
   * opened is approved by the second question, so that no browser is needed.
   */
  pollSignIn(uuid: string, verifier: string): string | null;
}

interface SignIn {
  /** `null` where the page was not opened. */
  readonly challenge: string | null;
  readonly polls: number;
}

export function createAccounts(): Accounts {
  const tokensByKey = new Map<string, string>();
  const keysByToken = new Map<string, string>();
  const sessions = new Set<string>();
  const signIns = new Map<string, SignIn>();

  const openSession = (uuid: string): string => {
    const session = `simulator_session_${randomBytes(18).toString('base64url')}`;
    sessions.add(session);
    signIns.delete(uuid);
    return session;
  };

  return {
    checkApiKey(authorization) {
      const key = bearer(authorization);
      if (key === null || !key.startsWith('crsr_') || key.startsWith('crsr_invalid')) return { status: 'invalid' };
      if (key.startsWith('crsr_limited')) return { status: 'limited' };
      return { status: 'valid', apiKeyHash: createHash('sha256').update(key).digest('hex') };
    },
    accessTokenFor(apiKeyHash) {
      const known = tokensByKey.get(apiKeyHash);
      if (known !== undefined) return known;
      const token = `simulator_access_${randomBytes(18).toString('base64url')}`;
      tokensByKey.set(apiKeyHash, token);
      keysByToken.set(token, apiKeyHash);
      return token;
    },
    apiKeyHashOf: (authorization) => keysByToken.get(bearer(authorization) ?? '') ?? null,
    createApiKey(authorization) {
      return sessions.has(bearer(authorization) ?? '') ? `crsr_${randomBytes(24).toString('hex')}` : null;
    },
    isSession: (authorization) => sessions.has(bearer(authorization) ?? ''),
    approveSignIn(uuid, challenge) {
      signIns.set(uuid, { challenge, polls: 0 });
    },
    pollSignIn(uuid, verifier) {
      const signIn = signIns.get(uuid) ?? { challenge: null, polls: 0 };
      if (signIn.challenge === null) {
        if (signIn.polls > 0) return openSession(uuid);
        signIns.set(uuid, { challenge: null, polls: signIn.polls + 1 });
        return null;
      }
      const challenge = createHash('sha256').update(verifier).digest('base64url');
      return challenge === signIn.challenge ? openSession(uuid) : null;
    },
  };
}

function bearer(authorization: string | null | undefined): string | null {
  return /^Bearer (.+)$/i.exec(authorization ?? '')?.[1] ?? null;
}
