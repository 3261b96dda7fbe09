import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { AnswerRequest } from '../../core/answer-request.ts';
import type { ChoiceEvent } from '../../core/run-event.ts';
import { isPlaceId } from '../../core/tool.ts';
import type { AnswerContext } from './answer-context.ts';

/**
 * Requests that bring tool results a second time, since their client has lost the answer: the run has the results already and
 * cannot take them twice, so the client is told the same again.
 */
export interface RepeatedRequests {
  /**
   * Answers a request by what it came to before, else by `produce`. While the first is under way, the second waits for it; where
   * that fails, the second is a request like any other.
   */
  answer(key: string, signal: AbortSignal, options: RepeatOptions): AsyncGenerator<ChoiceEvent>;
}

interface RepeatOptions {
  readonly produce: () => AsyncIterable<ChoiceEvent>;
  /** Whether what `produce` came to may be told again. Asked before its last event is given out. */
  readonly isKept: () => boolean;
  /** Called before the first event of an answer that is told again. */
  readonly onRepeat: () => void;
}

/** Names a request by all that it says; `null` where it ends in no results, or in those of calls that have no ids. */
export const toRepeatKey = (request: AnswerRequest, context: AnswerContext): string | null => {
  const answered = request.messages.findLastIndex(({ role }) => role === 'assistant') + 1;
  const results = request.messages.slice(answered).flatMap((message) => (message.role === 'tool' ? [message] : []));
  if (results.length === 0 || results.some(({ toolCallId }) => isPlaceId(toolCallId))) return null;
  return createHash('sha256')
    .update(JSON.stringify([{ ...request, requestId: '' }, context]))
    .digest('base64');
};

export const createRepeatedRequests = (): RepeatedRequests => {
  const told = new LRUCache<string, readonly ChoiceEvent[]>({ max: 32, ttl: 600_000 });
  const underWay = new Map<string, Promise<void>>();
  return {
    async *answer(key, signal, { produce, isKept, onRepeat }) {
      for (let first = underWay.get(key); first !== undefined; first = underWay.get(key)) {
        await Promise.race([first, whenAborted(signal)]);
        signal.throwIfAborted();
      }
      const known = told.get(key);
      if (known !== undefined) {
        onRepeat();
        yield* known;
        return;
      }
      const { promise, resolve } = Promise.withResolvers<void>();
      underWay.set(key, promise);
      const done = (): void => {
        if (underWay.get(key) === promise) underWay.delete(key);
        resolve();
      };
      try {
        const events: ChoiceEvent[] = [];
        for await (const event of produce()) {
          events.push(event);
          if (event.type === 'run-end' && isKept()) {
            told.set(key, events);
            done();
          }
          yield event;
        }
      } finally {
        done();
      }
    },
  };
};

const whenAborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
