import { createHash, timingSafeEqual } from 'node:crypto';
import type { RequestHandler } from 'express';
import { GatewayError } from '../../core/gateway-error.ts';

/** What lets another Portside of the same user ask this one to make way. */
export interface ReleaseControl {
  readonly token: string;
  /** Called once the answer is out. */
  readonly onRelease: () => void;
}

/** `POST /_portside/release`: makes way for another Portside of the same user, who alone can read the control token. */
export const release = ({ token, onRelease }: ReleaseControl): RequestHandler => {
  const expected = sha256(token);
  return (request, response) => {
    const given = /^Bearer +(\S+) *$/i.exec(request.get('authorization') ?? '')?.[1] ?? '';
    if (!timingSafeEqual(sha256(given), expected)) {
      throw new GatewayError('client_token_invalid', 'This is not allowed.');
    }
    // Also where the other side has gone already: it may have died of its impatience, and still wants the port.
    response.once('close', onRelease);
    response.status(202).setHeader('Connection', 'close').json({ released: true });
  };
};

/** Digests are compared, so that time tells nothing of the token. */
const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();
