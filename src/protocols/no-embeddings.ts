import { GatewayError } from '../core/gateway-error.ts';

/** Why embeddings are refused on every wire. */
export const toNoEmbeddings = (): GatewayError =>
  new GatewayError('not_implemented', 'Cursor has no embedding models. Use another server for embeddings.');
