import { timingSafeEqual } from 'node:crypto';
import type { RequestHandler } from 'express';
import { sha256 } from '../../core/digest.ts';
import { GatewayError } from '../../core/gateway-error.ts';
import { readBearer } from '../authentication/read-credentials.ts';

/** Where a Portside takes the wish of another one of the same user. */
export const RELEASE_PATH = '/_portside/release';

/** What lets another Portside of the same user ask this one to make way. */
export interface ReleaseControl {
  readonly token: string;
  /** Called once the answer is out. */
  readonly onRelease: () => void;
}

/** `POST` to {@link RELEASE_PATH}: makes way for another Portside of the same user, who alone can read the control token. */
export const release = ({ token, onRelease }: ReleaseControl): RequestHandler => {
  // Digests are compared, so that time tells nothing of the token.
  const expected = sha256(token);
  return (request, response) => {
    if (!timingSafeEqual(sha256(readBearer(request.get('authorization')) ?? ''), expected)) {
      throw new GatewayError('client_token_invalid', 'This is not allowed.');
    }
    // Also where the other side has gone already: it may have died of its impatience, and still wants the port.
    response.once('close', onRelease);
    response.status(202).setHeader('Connection', 'close').json({ released: true });
  };
};
