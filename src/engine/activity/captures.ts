import { LRUCache } from 'lru-cache';
import type { RequestCapture } from '../../core/request-activity.ts';

/** Characters of one body or answer, and of all that is kept. */
const MAX_TEXT = 512 * 1024;
const MAX_TOTAL = 32 * 1024 * 1024;

/** A text that grows up to a limit. */
interface CappedText {
  readonly text: string;
  readonly isCut: boolean;
}

const EMPTY: CappedText = { text: '', isCut: false };

const append = ({ text, isCut }: CappedText, more: string): CappedText =>
  isCut || text.length + more.length > MAX_TEXT
    ? { text: isCut ? text : text + more.slice(0, MAX_TEXT - text.length), isCut: true }
    : { text: text + more, isCut: false };

/** What was said in one request, while it is said. */
export interface Capture {
  noteRequestBody(body: string): void;
  noteResponseBody(body: string): void;
  /** Gives what of it was kept. */
  noteAnswerText(text: string): string;
  toRequestCapture(): RequestCapture;
  /** In characters. */
  readonly size: number;
}

const createCapture = (): Capture => {
  let requestBody: CappedText | null = null;
  let responseBody: CappedText | null = null;
  let answer = EMPTY;
  return {
    noteRequestBody(body) {
      requestBody = append(EMPTY, body);
    },
    noteResponseBody(body) {
      responseBody = append(EMPTY, body);
    },
    noteAnswerText(text) {
      const before = answer.text.length;
      answer = append(answer, text);
      return answer.text.slice(before);
    },
    toRequestCapture: () => ({
      requestBody: requestBody?.text ?? null,
      answerText: answer.text,
      responseBody: responseBody?.text ?? null,
      isTruncated: [requestBody, responseBody, answer].some((part) => part?.isCut === true),
    }),
    get size() {
      return (requestBody?.text.length ?? 0) + (responseBody?.text.length ?? 0) + answer.text.length + 1;
    },
  };
};

/** What was captured, by the ids of the requests; the oldest go when all of it is too much. */
export interface Captures {
  begin(id: number): Capture;
  find(id: number): Capture | null;
  /** A capture that does not grow any more: from here on it counts with its whole size. */
  settle(id: number): void;
  remove(id: number): void;
  clear(): void;
}

export const createCaptures = (): Captures => {
  const captures = new LRUCache<number, Capture>({ maxSize: MAX_TOTAL, sizeCalculation: ({ size }) => size });
  return {
    begin(id) {
      const capture = createCapture();
      captures.set(id, capture);
      return capture;
    },
    find: (id) => captures.peek(id) ?? null,
    settle(id) {
      const capture = captures.peek(id);
      if (capture === undefined) return;
      // The same value under the same key would keep the size that it had.
      captures.delete(id);
      captures.set(id, capture);
    },
    remove(id) {
      captures.delete(id);
    },
    clear() {
      captures.clear();
    },
  };
};
