import type OpenAI from 'openai';
import type { Response, ResponseCreateParamsNonStreaming } from 'openai/resources/responses/responses';

/** Asks with OpenAI's own package for a response as JSON or as a stream, and gives the whole of it either way. */
export const respondWithOpenAi = (
  openai: OpenAI,
  { stream: _stream, ...body }: ResponseCreateParamsNonStreaming,
  isStream: boolean,
): Promise<Response> =>
  isStream ? openai.responses.stream(body).finalResponse() : openai.responses.create({ ...body, stream: false });
