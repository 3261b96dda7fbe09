import { randomUUID } from 'node:crypto';
import type { RequestHandler } from 'express';
import type { ChoiceEvent } from '../../core/run-event.ts';
import type { Answers } from '../../engine/answer/create-answers.ts';
import { matchFamilies } from '../../engine/match-families.ts';
import { isUnnamed, type ModelCatalog } from '../../engine/model-catalog.ts';
import type { ModelCatalogs } from '../../engine/model-catalogs.ts';
import { countTokens } from '../../engine/output/count-tokens.ts';
import { restrictModels } from '../../engine/restrict-models.ts';
import type { NamedSessions } from '../../engine/sessions/named-sessions.ts';
import { decodeCountRequest, decodeMessagesRequest } from '../../protocols/anthropic/decode.ts';
import type { HostedTools } from '../../protocols/anthropic/decode-tools.ts';
import { createMessageStreamEncoder } from '../../protocols/anthropic/encode.ts';
import { createMessageResult } from '../../protocols/anthropic/result.ts';
import { findPrice } from '../../protocols/prices/find-price.ts';
import { abortOnHangUp } from '../abort-on-hang-up.ts';
import { readAffinity } from '../affinity.ts';
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
import type { ServerTiming } from '../server-timing.ts';

/** What the routes work with. */
export interface MessagesOptions {
  readonly answers: Pick<Answers, 'answer'>;
  readonly sessions: Pick<NamedSessions, 'get'>;
  readonly catalogs: ModelCatalogs;
  /** For requests that say nothing of thinking; empty for the model's own. */
  readonly defaultReasoningEffort: string;
  /** What becomes of tools that Cursor does not offer. */
  readonly hostedTools: HostedTools;
  readonly timing: ServerTiming;
}

/** `POST /v1/messages` */
export const createMessage =
  ({ answers, sessions, catalogs, defaultReasoningEffort, hostedTools, timing }: MessagesOptions): RequestHandler =>
  async (request, response) => {
    const receivedAt = performance.now();
    const decoded = decodeMessagesRequest(request.body, hostedTools);
    const trace = getTrace(response);
    trace?.mark('read');
    const client = getClient(response);
    const { owner, account } = client;
    const sessionId = readSessionId(request, response);
    const context = { owner, account, sessionId, affinity: readAffinity(request), isStream: decoded.isStream };
    const hangUp = abortOnHangUp(response);
    const catalog = matchFamilies(restrictModels(await catalogs.of(account), client.models));
    // A session goes on with its model until a request names another.
    const sessionModel = sessionId === null ? null : (sessions.get(owner, sessionId)?.model ?? null);
    const { selection, ignored } = await catalog.resolve(decoded.model ?? sessionModel, {
      ...decoded,
      defaultReasoningEffort,
    });
    tellModel(response, decoded.model, selection.id);
    setIgnoredHeader(response, [
      ...decoded.ignored,
      ...ignored.map((field) => (field === 'reasoning_effort' ? (decoded.effortField ?? field) : field)),
    ]);
    const requestId = getRequestId(response);
    const price = findPrice(selection);
    const events = decoded.generates
      ? giveAnswer({
          answers,
          request: { ...decoded, model: selection, requestId },
          context,
          client,
          trace,
          onPlaced: tellConversation(response),
          hangUp,
          price,
        })
      : sayNothing();
    const identity = {
      id: `msg_${randomUUID().replaceAll('-', '')}`,
      model: await toToldName(catalog, decoded.model, selection.id),
      requestId,
    };
    if (decoded.isStream) {
      const encoder = createMessageStreamEncoder(identity, decoded);
      await sendStream({ response, events, encoder, timing, waitedMs: performance.now() - receivedAt, signal: hangUp });
    } else {
      response.json(await foldEvents(events, createMessageResult(identity, decoded)));
    }
  };

/** Clients go on with the name that they find in an answer: their own, as long as it means a model of the account. */
const toToldName = async (catalog: ModelCatalog, named: string | null, used: string): Promise<string> =>
  !isUnnamed(named) && (await catalog.toMeant(named)).isListed ? named : used;

async function* sayNothing(): AsyncGenerator<ChoiceEvent> {
  yield { type: 'run-end', finishReason: 'length', usage: null, durationMs: 0 };
}

/** `POST /v1/messages/count_tokens` */
export const countMessageTokens = (): RequestHandler => async (request, response) => {
  const prompt = decodeCountRequest(request.body);
  getTrace(response)?.mark('read');
  setIgnoredHeader(response, prompt.ignored);
  response.json({ input_tokens: await countTokens(prompt) });
};
