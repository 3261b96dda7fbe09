import type { RequestHandler } from 'express';
import { toNoEmbeddings } from '../../protocols/no-embeddings.ts';

/** `POST /v1/embeddings`, `/api/embed` and `/api/embeddings`: refused, as Cursor has no such models. */
export const embeddings = (): RequestHandler => () => {
  throw toNoEmbeddings();
};
