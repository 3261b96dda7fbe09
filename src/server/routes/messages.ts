import { randomUUID } from 'node:crypto';
import type { RequestHandler } from 'express';
import { matchFamilies } from '../../engine/match-families.ts';
import { isUnnamed, type ModelCatalog } from '../../engine/model-catalog.ts';
import { decodeMessagesRequest } from '../../protocols/anthropic/decode.ts';
import type { HostedTools } from '../../protocols/anthropic/decode-tools.ts';
import { createMessageStreamEncoder } from '../../protocols/anthropic/encode.ts';
import { createMessageResult } from '../../protocols/anthropic/result.ts';
import { giveEmptyAnswer } from '../empty-answer.ts';
import { type AnswerOptions, serveAnswer } from '../serve-answer.ts';

/** What the routes work with. */
export interface MessagesOptions extends AnswerOptions {
  /** What becomes of tools that Cursor does not offer. */
  readonly hostedTools: HostedTools;
}

/** `POST /v1/messages` */
export const createMessage = (options: MessagesOptions): RequestHandler =>
  serveAnswer(options, {
    decode: (body) => decodeMessagesRequest(body, options.hostedTools),
    toCatalog: matchFamilies,
    toField: (field, { effortField }) => (field === 'reasoning_effort' ? (effortField ?? field) : field),
    async toAnswer(decoded, { requestId, catalog, selection }) {
      const identity = {
        id: `msg_${randomUUID().replaceAll('-', '')}`,
        model: await toToldName(catalog, decoded.model, selection.id),
        requestId,
      };
      return {
        request: decoded,
        ...(!decoded.generates && { events: giveEmptyAnswer() }),
        createEncoder: () => createMessageStreamEncoder(identity, decoded),
        createResult: () => createMessageResult(identity, decoded),
      };
    },
  });

/** Clients go on with the name that they find in an answer: their own, as long as it means a model of the account. */
const toToldName = async (catalog: ModelCatalog, named: string | null, used: string): Promise<string> =>
  !isUnnamed(named) && (await catalog.toMeant(named)).isListed ? named : used;
