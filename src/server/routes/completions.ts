import { randomUUID } from 'node:crypto';
import type { RequestHandler } from 'express';
import { GatewayError } from '../../core/gateway-error.ts';
import { restrictModels } from '../../engine/restrict-models.ts';
import { decodeCompletionRequest } from '../../protocols/openai-completions/decode.ts';
import { createCompletionStreamEncoder } from '../../protocols/openai-completions/encode.ts';
import { createCompletionResult } from '../../protocols/openai-completions/result.ts';
import { findPrice } from '../../protocols/prices/find-price.ts';
import { abortOnHangUp } from '../abort-on-hang-up.ts';
import { readAffinity } from '../affinity.ts';
import { answerPrompts } from '../answer-prompts.ts';
import { tellConversation } from '../conversation-header.ts';
import { foldEvents } from '../fold-events.ts';
import { giveAnswer } from '../give-answer.ts';
import { setIgnoredHeader } from '../ignored-header.ts';
import { tellModel } from '../model-header.ts';
import { getClient } from '../middleware/authenticate.ts';
import { getTrace } from '../middleware/record-activity.ts';
import { getRequestId } from '../middleware/request-id.ts';
import { readSessionId } from '../named-session.ts';
import { sendStream } from '../send-stream.ts';
import type { ChatCompletionsOptions } from './chat-completions.ts';

/** What the route works with. */
export type CompletionsOptions = Omit<ChatCompletionsOptions, 'keeper'>;

/** `POST /v1/completions`, the older wire: a text is completed, or the gap in one filled. */
export const completions =
  ({ answers, sessions, catalogs, defaultReasoningEffort, timing }: CompletionsOptions): RequestHandler =>
  async (request, response) => {
    const receivedAt = performance.now();
    const decoded = decodeCompletionRequest(request.body);
    const trace = getTrace(response);
    trace?.mark('read');
    const client = getClient(response);
    const { owner, account } = client;
    const sessionId = readSessionId(request, response);
    const { conversations, echoes, isStream } = decoded;
    const [conversation] = conversations;
    if (conversation === undefined) throw new RangeError('A request without a prompt was let through.');
    if (sessionId !== null && conversations.length > 1) {
      throw new GatewayError('unsupported_value', 'prompt: a named session takes one prompt at a time. Send one.', {
        param: 'prompt',
      });
    }
    const context = { owner, account, sessionId, affinity: readAffinity(request), isStream };
    const hangUp = abortOnHangUp(response);
    const catalog = restrictModels(await catalogs.of(account), client.models);
    // A session goes on with its model until a request names another.
    const model = decoded.model ?? (sessionId === null ? null : (sessions.get(owner, sessionId)?.model ?? null));
    const { selection, ignored } = await catalog.resolve(model, { ...decoded, defaultReasoningEffort });
    tellModel(response, decoded.model, selection.id);
    setIgnoredHeader(response, [...decoded.ignored, ...ignored]);
    const identity = {
      id: `cmpl-${randomUUID().replaceAll('-', '')}`,
      created: Math.floor(Date.now() / 1000),
      model: selection.id,
    };
    const price = findPrice(selection);
    const events = giveAnswer({
      answers: conversations.length === 1 ? answers : answerPrompts(answers, conversations),
      request: {
        ...conversation,
        requestId: getRequestId(response),
        model: selection,
        tools: [],
        toolChoice: 'none',
        parallelToolCalls: false,
        choices: echoes.length,
        limits: decoded.limits,
        format: null,
      },
      context,
      client,
      trace,
      onPlaced: tellConversation(response),
      hangUp,
      price,
    });
    const options = { ...decoded, sessionId, price };
    if (isStream) {
      const encoder = createCompletionStreamEncoder(identity, options);
      await sendStream({ response, events, encoder, timing, waitedMs: performance.now() - receivedAt, signal: hangUp });
    } else {
      response.json(await foldEvents(events, createCompletionResult(identity, options)));
    }
  };
