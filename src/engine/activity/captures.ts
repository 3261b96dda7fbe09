import { LRUCache } from 'lru-cache';
import type { RequestCapture } from '../../core/request-activity.ts';

/** Of one body or answer: bytes where there are bytes, otherwise characters. */
const MAX_TEXT = 512 * 1024;
/** Characters of all that is kept, each of which may take two bytes. */
const MAX_TOTAL = 16 * 1024 * 1024;

/** What was said in one request, while it is said. */
export interface Capture {
  noteRequestBody(bytes: Uint8Array): void;
  noteResponseBody(body: string): void;
  /** Gives what of it was kept. */
  noteAnswerText(text: string): string;
  toRequestCapture(): RequestCapture;
  /** In characters. */
  readonly size: number;
  /** Forgets all, and takes nothing more. */
  end(): void;
}

/** A copy: a piece of a string would keep the whole of it in memory. */
const copyStart = (text: string): string => Buffer.from(text.slice(0, MAX_TEXT)).toString();

const createCapture = (): Capture => {
  let requestBody: string | null = null;
  let responseBody: string | null = null;
  let answer: string[] = [];
  let answerLength = 0;
  let isTruncated = false;
  let hasEnded = false;
  return {
    noteRequestBody(bytes) {
      if (hasEnded) return;
      const isCut = bytes.length > MAX_TEXT;
      isTruncated ||= isCut;
      // A character that was cut in two is left out.
      requestBody = new TextDecoder().decode(bytes.subarray(0, MAX_TEXT), { stream: isCut });
    },
    noteResponseBody(body) {
      if (hasEnded) return;
      const isCut = body.length > MAX_TEXT;
      isTruncated ||= isCut;
      responseBody = isCut ? copyStart(body) : body;
    },
    noteAnswerText(text) {
      const room = MAX_TEXT - answerLength;
      if (hasEnded || room === 0) {
        isTruncated ||= text !== '';
        return '';
      }
      const kept = text.length > room ? text.slice(0, room) : text;
      isTruncated ||= kept.length < text.length;
      answer.push(kept);
      answerLength += kept.length;
      return kept;
    },
    toRequestCapture() {
      answer = [answer.join('')];
      return { requestBody, answerText: answer[0] ?? '', responseBody, isTruncated };
    },
    get size() {
      return (requestBody?.length ?? 0) + (responseBody?.length ?? 0) + answerLength + 1;
    },
    end() {
      hasEnded = true;
      requestBody = null;
      responseBody = null;
      answer = [];
      answerLength = 0;
    },
  };
};

/** What was captured, by the ids of the requests; the oldest go when all of it is too much. */
export interface Captures {
  begin(id: number): Capture;
  /** `null` where there is none, or it has gone. */
  find(id: number): Capture | null;
  /** A capture that does not grow any more: from here on it counts with its whole size. */
  settle(id: number): void;
  remove(id: number): void;
  /** Also ends the captures of requests that are still under way. */
  clear(): void;
}

export const createCaptures = (): Captures => {
  /** Those of requests under way, whose size is not known yet. */
  const growing = new Map<number, Capture>();
  const settled = new LRUCache<number, Capture>({
    maxSize: MAX_TOTAL,
    sizeCalculation: ({ size }) => size,
    dispose: (capture) => capture.end(),
  });
  return {
    begin(id) {
      const capture = createCapture();
      growing.set(id, capture);
      return capture;
    },
    find: (id) => growing.get(id) ?? settled.peek(id) ?? null,
    settle(id) {
      const capture = growing.get(id);
      if (capture === undefined) return;
      growing.delete(id);
      settled.set(id, capture);
    },
    remove(id) {
      growing.delete(id);
      settled.delete(id);
    },
    clear() {
      for (const capture of growing.values()) capture.end();
      growing.clear();
      settled.clear();
    },
  };
};
