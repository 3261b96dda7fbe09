import { LRUCache } from 'lru-cache';
import type { AnswerRequest } from '../../core/answer-request.ts';
import { sha256 } from '../../core/digest.ts';
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
  /** Forgets the answers of a named session. */
  forget(sessionId: string): void;
  clear(): void;
}

interface RepeatOptions {
  readonly sessionId: string | null;
  readonly produce: () => AsyncIterable<ChoiceEvent>;
  /** Whether what `produce` came to may be told again. */
  readonly isKept: () => boolean;
  /** Called before the first event of an answer that is told again. */
  readonly onRepeat: () => void;
}

/** Names a request by all that it says; `null` where it ends in no results, or in those of calls that have no ids. */
export const toRepeatKey = (request: AnswerRequest, context: AnswerContext): string | null => {
  const answered = request.messages.findLastIndex(({ role }) => role === 'assistant') + 1;
  const results = request.messages.slice(answered).flatMap((message) => (message.role === 'tool' ? [message] : []));
  if (results.length === 0 || results.some(({ toolCallId }) => isPlaceId(toolCallId))) return null;
  return sha256(JSON.stringify([{ ...request, requestId: '', traceContext: null }, context]), 'base64');
};

export const createRepeatedRequests = (): RepeatedRequests => {
  const told = new LRUCache<string, { readonly sessionId: string | null; readonly events: readonly ChoiceEvent[] }>({
    ttl: 600_000,
    maxSize: MAX_CHARACTERS,
    sizeCalculation: ({ events }) => events.reduce((sum, event) => sum + countCharacters(event), 1),
  });
  const underWay = new Map<
    string,
    { readonly sessionId: string | null; readonly over: Promise<void>; isForgotten: boolean }
  >();
  return {
    async *answer(key, signal, { sessionId, produce, isKept, onRepeat }) {
      for (let first = underWay.get(key); first !== undefined; first = underWay.get(key)) {
        await Promise.race([first.over, whenAborted(signal)]);
        signal.throwIfAborted();
      }
      const known = told.get(key);
      if (known !== undefined) {
        onRepeat();
        yield* known.events;
        return;
      }
      const { promise, resolve } = Promise.withResolvers<void>();
      const current = { sessionId, over: promise, isForgotten: false };
      underWay.set(key, current);
      const events: ChoiceEvent[] = [];
      try {
        for await (const event of produce()) {
          events.push(event);
          yield event;
        }
        if (events.at(-1)?.type === 'run-end' && isKept() && !current.isForgotten) told.set(key, { sessionId, events });
      } finally {
        underWay.delete(key);
        resolve();
      }
    },
    forget(sessionId) {
      for (const [key, answer] of told.entries()) if (answer.sessionId === sessionId) told.delete(key);
      for (const request of underWay.values()) request.isForgotten ||= request.sessionId === sessionId;
    },
    clear() {
      told.clear();
    },
  };
};

/** Memory for answers that may be told again, in characters. */
const MAX_CHARACTERS = 4_000_000;

const countCharacters = (event: ChoiceEvent): number => {
  if (event.type === 'tool-call') return event.arguments.length + 100;
  return 'text' in event ? event.text.length + 100 : 100;
};

const whenAborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
