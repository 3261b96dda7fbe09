import type { RequestHandler } from 'express';
import type { ModelUse } from '../../engine/model-use.ts';
import { toLoadedAnswer } from '../../protocols/ollama/answer-object.ts';
import type { OllamaAnswerKind } from '../../protocols/ollama/answer-options.ts';
import { type DecodedOllamaRequest, decodeOllamaChat, decodeOllamaGenerate } from '../../protocols/ollama/decode.ts';
import { createOllamaStreamEncoder } from '../../protocols/ollama/encode.ts';
import { createOllamaResult } from '../../protocols/ollama/result.ts';
import { type AnswerOptions, serveAnswer } from '../serve-answer.ts';

/** What the routes work with. */
export interface OllamaAnswersOptions extends AnswerOptions {
  readonly modelUse: Pick<ModelUse, 'note' | 'keep'>;
}

const DECODERS: Readonly<Record<OllamaAnswerKind, (body: unknown) => DecodedOllamaRequest>> = {
  chat: decodeOllamaChat,
  generate: decodeOllamaGenerate,
};

/** `POST /api/chat` and `/api/generate`. */
export const ollamaAnswer = (options: OllamaAnswersOptions, kind: OllamaAnswerKind): RequestHandler =>
  serveAnswer(options, {
    decode: DECODERS[kind],
    toField: (field) => (field === 'reasoning_effort' ? 'think' : field),
    toAnswer(decoded, { owner, selection, elapsedMs }) {
      const { conversation, keepMs, tools, limits, format } = decoded;
      if (keepMs !== null) options.modelUse.keep(owner, selection.id, keepMs);
      const answerOptions = {
        kind,
        model: decoded.name,
        showsThinking: decoded.showsThinking,
        toolNames: decoded.toolNames,
        now: Date.now,
        elapsedMs,
      };
      if (conversation === null) {
        options.modelUse.note(owner, selection.id);
        return { body: toLoadedAnswer(answerOptions, keepMs) };
      }
      return {
        request: { ...conversation, tools, toolChoice: 'auto', parallelToolCalls: true, choices: 1, limits, format },
        contentType: 'application/x-ndjson',
        createEncoder: () => createOllamaStreamEncoder(answerOptions),
        createResult: () => createOllamaResult(answerOptions),
      };
    },
  });
