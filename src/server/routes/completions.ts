import { randomUUID } from 'node:crypto';
import type { RequestHandler } from 'express';
import { GatewayError } from '../../core/gateway-error.ts';
import { decodeCompletionRequest } from '../../protocols/openai-completions/decode.ts';
import { createCompletionStreamEncoder } from '../../protocols/openai-completions/encode.ts';
import { createCompletionResult } from '../../protocols/openai-completions/result.ts';
import { answerPrompts } from '../answer-prompts.ts';
import { giveEmptyAnswer } from '../empty-answer.ts';
import { type AnswerOptions, serveAnswer } from '../serve-answer.ts';

/** `POST /v1/completions`, the older wire: a text is completed, or the gap in one filled. */
export const completions = (options: AnswerOptions): RequestHandler =>
  serveAnswer(options, {
    decode: decodeCompletionRequest,
    toAnswer(decoded, { sessionId, selection, price }) {
      const { conversations, echoes, limits } = decoded;
      const [conversation] = conversations;
      if (conversation === undefined) throw new RangeError('A request without a prompt was let through.');
      if (sessionId !== null && conversations.length > 1) {
        throw new GatewayError('unsupported_value', 'prompt: a named session takes one prompt at a time. Send one.', {
          param: 'prompt',
        });
      }
      const identity = {
        id: `cmpl-${randomUUID().replaceAll('-', '')}`,
        created: Math.floor(Date.now() / 1000),
        model: selection.id,
      };
      const answerOptions = { ...decoded, sessionId, price };
      return {
        request: {
          ...conversation,
          tools: [],
          toolChoice: 'none',
          parallelToolCalls: false,
          choices: echoes.length,
          limits,
          format: null,
        },
        ...(!decoded.generates && { events: giveEmptyAnswer(echoes.length) }),
        ...(conversations.length > 1 && { answers: answerPrompts(options.answers, conversations) }),
        createEncoder: () => createCompletionStreamEncoder(identity, answerOptions),
        createResult: () => createCompletionResult(identity, answerOptions),
      };
    },
  });
