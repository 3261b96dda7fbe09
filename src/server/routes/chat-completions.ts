import { randomUUID } from 'node:crypto';
import type { RequestHandler } from 'express';
import type { Backend } from '../../core/backend.ts';
import type { ModelCatalog } from '../../engine/model-catalog.ts';
import { decodeChatRequest } from '../../protocols/openai-chat/decode.ts';
import { createChatStreamEncoder } from '../../protocols/openai-chat/encode.ts';
import { createChatResult } from '../../protocols/openai-chat/result.ts';
import { abortOnHangUp } from '../abort-on-hang-up.ts';
import { foldEvents } from '../fold-events.ts';
import { setIgnoredHeader } from '../ignored-header.ts';
import { getRequestId } from '../middleware/request-id.ts';
import { sendStream } from '../send-stream.ts';
import type { ServerTiming } from '../server-timing.ts';

/** What the route works with. */
export interface ChatCompletionsOptions {
  readonly run: Backend['run'];
  readonly catalog: ModelCatalog;
  readonly timing: ServerTiming;
}

/** `POST /v1/chat/completions` */
export const chatCompletions =
  ({ run, catalog, timing }: ChatCompletionsOptions): RequestHandler =>
  async (request, response) => {
    const receivedAt = performance.now();
    const decoded = decodeChatRequest(request.body);
    setIgnoredHeader(response, decoded.ignored);
    const signal = abortOnHangUp(response);
    const model = await catalog.resolve(decoded.model);
    const identity = {
      id: `chatcmpl-${randomUUID().replaceAll('-', '')}`,
      created: Math.floor(Date.now() / 1000),
      model: model.id,
    };
    const { systemPrompt, messages } = decoded;
    const events = run({ requestId: getRequestId(response), model, systemPrompt, messages }, signal);
    if (decoded.isStream) {
      const encoder = createChatStreamEncoder(identity, decoded);
      await sendStream({ response, events, encoder, timing, waitedMs: performance.now() - receivedAt, signal });
    } else {
      const result = await foldEvents(events, createChatResult(identity));
      response.json(result);
    }
  };
