import type { Request, RequestHandler, Response } from 'express';
import type { Answers } from '../../engine/answer/create-answers.ts';
import { countTokens } from '../../engine/output/count-tokens.ts';
import {
  FIELDS_OF_COMPACTION,
  FIELDS_OF_COUNT,
  listIgnoredBeside,
} from '../../protocols/openai-responses/ignored-fields.ts';
import { abortOnHangUp } from '../abort-on-hang-up.ts';
import { setIgnoredHeader } from '../ignored-header.ts';
import { tellModel } from '../model-header.ts';
import { getClient } from '../middleware/authenticate.ts';
import { getTrace } from '../middleware/record-activity.ts';
import { getRequestId } from '../middleware/request-id.ts';
import { compact } from '../responses/compact.ts';
import { type PreparedResponse, type PrepareOptions, prepareResponse } from '../responses/prepare-response.ts';

/** What the routes work with. */
export interface ResponseToolsOptions extends PrepareOptions {
  readonly answers: Pick<Answers, 'answer'>;
}

/** The handlers of what a client can ask of a conversation without going on with it. */
export const responseToolRoutes = (
  options: ResponseToolsOptions,
): { readonly countInput: RequestHandler; readonly compact: RequestHandler } => {
  const prepare = async (
    request: Request,
    response: Response,
    {
      mayBeEmpty,
      read,
    }: {
      readonly mayBeEmpty: boolean;
      /** The fields that the request depends on. */
      readonly read: readonly string[];
    },
  ): Promise<PreparedResponse> => {
    const prepared = await prepareResponse(
      options,
      request.body,
      { client: getClient(response), requestId: getRequestId(response), sessionId: null, recent: null },
      { onRead: () => getTrace(response)?.mark('read'), mayBeEmpty },
    );
    setIgnoredHeader(response, listIgnoredBeside(request.body, prepared.ignored, read));
    return prepared;
  };
  return {
    countInput: async (request, response) => {
      const hangUp = abortOnHangUp(response);
      const { answer } = await prepare(request, response, { mayBeEmpty: true, read: FIELDS_OF_COUNT });
      response.json({ object: 'response.input_tokens', input_tokens: await countTokens(answer, hangUp) });
    },
    compact: async (request, response) => {
      const hangUp = abortOnHangUp(response);
      const prepared = await prepare(request, response, { mayBeEmpty: false, read: FIELDS_OF_COMPACTION });
      tellModel(response, prepared.decoded.model, prepared.answer.model.id);
      response.json(
        await compact(prepared, {
          answers: options.answers,
          client: getClient(response),
          trace: getTrace(response),
          signal: hangUp,
        }),
      );
    },
  };
};
