import type { IncomingMessage } from 'node:http';
import type { RequestHandler } from 'express';
import { sha256 } from '../../core/digest.ts';
import { GatewayError } from '../../core/gateway-error.ts';
import { recordAnswer, type RecordedAnswer } from '../idempotency/record-answer.ts';
import { createRecordedAnswers, type RecordedAnswersLimits } from '../idempotency/recorded-answers.ts';
import { getOwner } from './authenticate.ts';

export interface IdempotencyOptions {
  readonly limits?: RecordedAnswersLimits;
  /** Whether a stream was sent to its good end: one that failed half-way has status 200 too. */
  readonly isCompleteStream: (body: Buffer) => boolean;
}

/** The two parts of it: the body parser shows the bytes to the first, the second comes after the parser. */
export interface Idempotency {
  readonly onBytes: (request: IncomingMessage, bytes: Buffer) => void;
  readonly handler: RequestHandler;
}

const LIMITS: RecordedAnswersLimits = { maxCount: 1000, maxBytes: 32 * 1024 * 1024, maxAgeMs: 3_600_000 };

const STREAM_TYPES = /^(?:text\/event-stream|application\/x-ndjson)\b/;

/** They change an answer: a request that differs in one of them is another request. */
const TELLING_HEADERS = ['x-cursor-session-id', 'x-session-affinity', 'x-opencode-session', 'x-portside-account'];

/**
 * `Idempotency-Key`: the same request under the same key of the same owner, byte for byte, gets the same answer for an hour,
 * with `Idempotent-Replayed: true`, and runs but once. While the first is under way the second waits for it; if the first
 * fails, the second runs. Any other request under the key is an ordinary one, and the key is its own from then on.
 *
 * Who waits hears nothing meanwhile, no heartbeat of a stream either: an answer that has begun could not take the status of a
 * run of its own any more, should the first fail. A client or proxy that bears no silence gives up and may ask again.
 */
export const createIdempotency = ({ limits = LIMITS, isCompleteStream }: IdempotencyOptions): Idempotency => {
  const answers = createRecordedAnswers(limits);
  const digests = new WeakMap<IncomingMessage, string>();

  const isWorthKeeping = ({ status, headers, body }: RecordedAnswer): boolean => {
    if (status < 200 || status > 299) return false;
    return !STREAM_TYPES.test(String(headers['content-type'])) || isCompleteStream(body);
  };

  return {
    onBytes(request, bytes) {
      if (request.headers['idempotency-key'] !== undefined) digests.set(request, sha256(bytes, 'base64'));
    },
    async handler(request, response, next) {
      const clientKey = request.get('idempotency-key');
      if (clientKey === undefined) {
        next();
        return;
      }
      const key = JSON.stringify([getOwner(response), checkKey(clientKey)]);
      const fingerprint = sha256(
        JSON.stringify([
          request.method,
          request.originalUrl,
          digests.get(request) ?? '',
          ...TELLING_HEADERS.map((name) => request.get(name) ?? null),
        ]),
        'base64',
      );
      for (let known = answers.find(key, fingerprint); known !== null; known = answers.find(key, fingerprint)) {
        const answer = await known;
        // The client has lost patience.
        if (response.destroyed) return;
        if (answer === null) continue;
        response.status(answer.status).set('Idempotent-Replayed', 'true');
        for (const [name, value] of Object.entries(answer.headers)) {
          if (value !== undefined) response.setHeader(name, value);
        }
        response.end(answer.body);
        return;
      }
      const recorded = recordAnswer(response, limits.maxBytes / 4);
      answers.put(
        key,
        fingerprint,
        recorded.then((answer) => (answer !== null && isWorthKeeping(answer) ? answer : null)),
      );
      next();
    },
  };
};

const checkKey = (key: string): string => {
  if (key.length >= 1 && key.length <= 255) return key;
  throw new GatewayError('invalid_request', 'Idempotency-Key must have 1 to 255 characters.', {
    param: 'Idempotency-Key',
  });
};
