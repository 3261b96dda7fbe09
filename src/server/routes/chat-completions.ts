import { randomUUID } from 'node:crypto';
import type { RequestHandler } from 'express';
import { decodeChatRequest } from '../../protocols/openai-chat/decode.ts';
import { createChatStreamEncoder } from '../../protocols/openai-chat/encode.ts';
import { createChatResult } from '../../protocols/openai-chat/result.ts';
import { type ModelSuffix, removeModelSuffix } from '../model-suffix.ts';
import { type AnswerOptions, serveAnswer } from '../serve-answer.ts';
import { createKeepingEncoder } from '../stored-answers/create-keeping-encoder.ts';
import type { AnswerKeeper } from '../stored-answers/keep-answers.ts';
import { keepCompletion } from '../stored-answers/keep-completion.ts';

/** What the route works with. */
export interface ChatCompletionsOptions extends AnswerOptions {
  /** For answers that are to be stored. */
  readonly keeper: Pick<AnswerKeeper, 'keep'>;
}

/** `POST /v1/chat/completions` */
export const chatCompletions = (
  options: ChatCompletionsOptions,
  { modelSuffix }: { readonly modelSuffix: ModelSuffix },
): RequestHandler =>
  serveAnswer(options, {
    decode: decodeChatRequest,
    toModel: (catalog, named) => removeModelSuffix(catalog, named, modelSuffix),
    toAnswer(decoded, { owner, requestId, sessionId, selection, price }) {
      const identity = {
        id: `chatcmpl-${randomUUID().replaceAll('-', '')}`,
        created: Math.floor(Date.now() / 1000),
        model: selection.id,
      };
      const { stored, choices } = decoded;
      const answerOptions = { ...decoded, sessionId, price };
      const createResult = () => createChatResult(identity, answerOptions);
      const keep = (result: object): void => {
        if (stored !== null) keepCompletion(options.keeper, { owner, requestId, identity, stored, result });
      };
      return {
        request: decoded,
        createEncoder() {
          const encoder = createChatStreamEncoder(identity, answerOptions);
          return stored === null ? encoder : createKeepingEncoder(encoder, { fold: createResult(), choices, keep });
        },
        createResult,
        onResult: keep,
      };
    },
  });
