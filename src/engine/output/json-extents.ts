/** A JSON object or array, or what looks like one, in a text. */
export interface JsonExtent {
  readonly text: string;
  /** Whether it has lines of its own, before and behind it nothing but white space. */
  readonly isApart: boolean;
  /** Whether something was left out of it with `...`. */
  readonly isElided: boolean;
}

/** What of a text may be JSON. */
export interface JsonExtents {
  /** From a bracket to the one that closes it, from left to right, none within another. */
  readonly extents: readonly JsonExtent[];
  /** Whether a bracket at the beginning of a line is never closed, as where an answer was cut off. */
  readonly isCutOff: boolean;
}

/** Finds the outermost objects and arrays of a text. */
export const findJsonExtents = (text: string): JsonExtents => {
  const extents: JsonExtent[] = [];
  let isCutOff = false;
  let unclosed = 0;
  const opening = /[[{]/g;
  for (let match = opening.exec(text); match !== null; match = opening.exec(text)) {
    const { end, isElided } = findEnd(text, match.index);
    const startsLine = /(?:^|\n)[^\S\n]*$/.test(lineBefore(text, match.index));
    if (end === null) {
      isCutOff ||= startsLine;
      unclosed += 1;
      if (startsLine || unclosed > MAX_UNCLOSED) break;
      continue;
    }
    const isApart = startsLine && /^[^\S\n]*(?:\n|$)/.test(text.slice(end, end + MAX_INDENT));
    extents.push({ text: text.slice(match.index, end), isApart, isElided });
    opening.lastIndex = end;
  }
  return { extents, isCutOff };
};

/**
 * The contents of a text's code fences, that of one that is never closed aside. A line of as many backticks or more closes
 * one, as in CommonMark.
 */
export const findFenced = (text: string): string[] => {
  const contents: string[] = [];
  let open: { readonly backticks: number; readonly start: number } | null = null;
  let lineStart = 0;
  for (const line of text.split('\n')) {
    const [, backticks = '', info = ''] = /^[^\S\n]*(`{3,})([^`]*)$/.exec(line) ?? [];
    const next = lineStart + line.length + 1;
    if (open === null) {
      if (backticks !== '') open = { backticks: backticks.length, start: next };
    } else if (backticks.length >= open.backticks && info.trim() === '') {
      contents.push(text.slice(open.start, lineStart).trim());
      open = null;
    }
    lineStart = next;
  }
  return contents;
};

/** Each costs a search to the end of the text. */
const MAX_UNCLOSED = 20;

const MAX_INDENT = 200;

const lineBefore = (text: string, index: number): string => text.slice(Math.max(0, index - MAX_INDENT), index);

const CLOSING: Readonly<Record<string, string>> = { '{': '}', '[': ']' };

/** Where the bracket at `start` is closed; brackets in strings, of either quote, are text. */
const findEnd = (text: string, start: number): { readonly end: number | null; readonly isElided: boolean } => {
  const closings: string[] = [];
  let quote: string | null = null;
  let isElided = false;
  for (let index = start; index < text.length; index += 1) {
    const character = text.charAt(index);
    if (quote !== null) {
      if (character === '\\') index += 1;
      else if (character === quote) quote = null;
      continue;
    }
    const closing = CLOSING[character];
    if (character === '"' || character === "'") quote = character;
    else if (closing !== undefined) closings.push(closing);
    else if (character === '}' || character === ']') {
      if (closings.pop() !== character) return { end: null, isElided };
      if (closings.length === 0) return { end: index + 1, isElided };
    } else if (character === '…' || text.startsWith('...', index)) isElided = true;
  }
  return { end: null, isElided };
};
