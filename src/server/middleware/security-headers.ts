import type { RequestHandler } from 'express';
import helmet, { contentSecurityPolicy } from 'helmet';

/** A Content-Security-Policy by its directives, as `{ 'script-src': ["'self'"] }`. */
export type ContentSecurityPolicy = Readonly<Record<string, readonly string[]>>;

const BASE_POLICY = {
  'default-src': ["'none'"],
  'base-uri': ["'none'"],
  'form-action': ["'none'"],
  'frame-ancestors': ["'none'"],
};

const toDirectives = (policy: ContentSecurityPolicy): Record<string, string[]> =>
  Object.fromEntries(Object.entries({ ...BASE_POLICY, ...policy }).map(([name, values]) => [name, [...values]]));

/** Headers that keep browsers from making a page, a frame, a script or anything else out of an answer. */
export const securityHeaders = (): RequestHandler =>
  helmet({
    contentSecurityPolicy: { useDefaults: false, directives: toDirectives({}) },
    crossOriginResourcePolicy: { policy: 'same-origin' },
    frameguard: { action: 'deny' },
    referrerPolicy: { policy: 'no-referrer' },
    // It would bind every server of this name, whatever its port, and outlive a certificate of one's own.
    strictTransportSecurity: false,
  });

/** For routes with pages: what they need beyond the policy of {@link securityHeaders}, which stands where they say nothing. */
export const pagePolicy = (policy: ContentSecurityPolicy): RequestHandler =>
  contentSecurityPolicy({ useDefaults: false, directives: toDirectives(policy) });
