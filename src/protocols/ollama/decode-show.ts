import * as z from 'zod';
import { GatewayError } from '../../core/gateway-error.ts';
import { listUnread } from '../list-unread.ts';
import { parseAt } from '../parse-at.ts';
import { toModelId } from './model-name.ts';

/** The body of `POST /api/show`. */
export const ollamaShowSchema = z.looseObject(
  { model: z.string().nullish(), name: z.string().nullish() },
  { error: 'expected a JSON object' },
);

/** Reads the body of `POST /api/show`; older clients name the model by `name`. @throws GatewayError where it names none */
export const decodeOllamaShow = (body: unknown): { readonly model: string; readonly ignored: readonly string[] } => {
  const { model, name, ...others } = parseAt(ollamaShowSchema, body, []);
  const named = model || name;
  if (!named) throw new GatewayError('validation_failed', 'model: expected the name of a model.', { param: 'model' });
  return {
    model: toModelId(named),
    ignored: listUnread(others, []),
  };
};
