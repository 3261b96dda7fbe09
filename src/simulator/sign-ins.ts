import { createHash } from 'node:crypto';

/** Sign-ins with the page that have not ended yet. */
export interface SignIns {
  /** The person has confirmed it on the page. */
  approve(uuid: string, challenge: string, email: string): void;
  /** The session of a sign-in, or `null` while it is pending. Where the page was never opened, the second question approves it for `email`. */
  poll(uuid: string, verifier: string, email: string): string | null;
}

interface SignIn {
  /** `null` where the page was not opened. */
  readonly challenge: string | null;
  readonly email: string;
  readonly polls: number;
}

/** `openSession` makes a session for a person and returns its token. */
export function createSignIns(openSession: (email: string) => string): SignIns {
  const signIns = new Map<string, SignIn>();
  const finish = (uuid: string, email: string): string => {
    signIns.delete(uuid);
    return openSession(email);
  };
  return {
    approve(uuid, challenge, email) {
      signIns.set(uuid, { challenge, email, polls: 0 });
    },
    poll(uuid, verifier, email) {
      const signIn = signIns.get(uuid) ?? { challenge: null, email, polls: 0 };
      if (signIn.challenge === null) {
        if (signIn.polls > 0) return finish(uuid, signIn.email);
        signIns.set(uuid, { ...signIn, polls: signIn.polls + 1 });
        return null;
      }
      const challenge = createHash('sha256').update(verifier).digest('base64url');
      return challenge === signIn.challenge ? finish(uuid, signIn.email) : null;
    },
  };
}
