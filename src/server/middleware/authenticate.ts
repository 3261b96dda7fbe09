import type { RequestHandler } from 'express';
import type { Client } from '../../core/client.ts';
import { GatewayError } from '../../core/gateway-error.ts';
import type { Authenticator } from '../authentication/create-authenticator.ts';
import { toRequestCredentials } from '../authentication/read-credentials.ts';
import { getTrace } from './record-activity.ts';

/** The value of `WWW-Authenticate` that a 401 comes with (RFC 9110, section 11.6.1). */
export const AUTHENTICATE_HEADER = 'Bearer realm="Portside"';

/** Lets in whom the authenticator knows, and keeps who it is for {@link getClient}. */
export const authenticate =
  (authenticator: Pick<Authenticator, 'authenticate'>): RequestHandler =>
  async (request, response, next) => {
    try {
      const client = await authenticator.authenticate(toRequestCredentials(request));
      response.locals['sender'] = new Sender(client);
      getTrace(response)?.noteClient(client);
    } catch (error) {
      if (GatewayError.from(error).spec.status === 401) response.setHeader('WWW-Authenticate', AUTHENTICATE_HEADER);
      throw error;
    }
    next();
  };

/** Who sent the request that this answers. */
export const getClient = (response: { locals: Record<string, unknown> }): Client => {
  const { sender } = response.locals;
  if (!(sender instanceof Sender)) throw new Error('This route lies before the check of the access token.');
  return sender.client;
};

/** Whom a request's sessions, conversations and idempotency keys belong to. */
export const getOwner = (response: { locals: Record<string, unknown> }): string => getClient(response).owner;

/** Tells what is kept here from anything else that a response may carry. */
class Sender {
  readonly client: Client;

  constructor(client: Client) {
    this.client = client;
  }
}
