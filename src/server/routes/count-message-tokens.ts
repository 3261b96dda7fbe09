import type { RequestHandler } from 'express';
import { countTokens } from '../../engine/output/count-tokens.ts';
import { decodeCountRequest } from '../../protocols/anthropic/decode.ts';
import { abortOnHangUp } from '../abort-on-hang-up.ts';
import { setIgnoredHeader } from '../ignored-header.ts';
import { getTrace } from '../middleware/record-activity.ts';

/** `POST /v1/messages/count_tokens` */
export const countMessageTokens = (): RequestHandler => async (request, response) => {
  const prompt = decodeCountRequest(request.body);
  getTrace(response)?.mark('read');
  setIgnoredHeader(response, prompt.ignored);
  response.json({ input_tokens: await countTokens(prompt, abortOnHangUp(response)) });
};
