/** How long ahead an expiry is announced. */
const EXPIRY_NOTICE_MS = 7 * 24 * 60 * 60 * 1000;

/** What a clock says of a key; times in milliseconds since 1970, `null` for a key that never expires. */
export const judgeExpiry = (expiresAt: number | null, now: number): 'lasting' | 'expiring' | 'expired' => {
  if (expiresAt === null || expiresAt - now > EXPIRY_NOTICE_MS) return 'lasting';
  return expiresAt <= now ? 'expired' : 'expiring';
};

/** The moments at which {@link judgeExpiry} begins to say something else. */
export const toExpiryMoments = (expiresAt: number | null): readonly number[] =>
  expiresAt === null ? [] : [expiresAt - EXPIRY_NOTICE_MS, expiresAt];
