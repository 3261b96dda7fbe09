import { createScanner } from 'jsonc-parser';

/** A piece of JSON of one kind. `plain`: brackets, commas and space. */
export interface JsonSpan {
  readonly kind: 'plain' | 'key' | 'string' | 'number' | 'keyword' | 'remark';
  readonly text: string;
}

/** JSON laid out on lines, in pieces to be coloured. */
export interface JsonSpans {
  readonly spans: readonly JsonSpan[];
  /** Whether the end is left out, since it is too long. */
  readonly isCut: boolean;
}

const MAX_STRING_CHARACTERS = 2_000;
const KEYWORDS: ReadonlySet<string> = new Set(['true', 'false', 'null']);

/**
 * Lays JSON out on lines with every value as it was written, numbers too. Strings that are very long are cut, and so is the
 * whole after `maxCharacters`. `null` where the text is no JSON. `toRemark` says how many characters of a string are left out.
 */
export const toJsonSpans = (
  text: string,
  { maxCharacters, toRemark }: { readonly maxCharacters: number; readonly toRemark: (left: number) => string },
): JsonSpans | null => {
  const trimmed = text.trim();
  if (!trimmed.startsWith('{') && !trimmed.startsWith('[')) return null;
  const scanner = createScanner(trimmed, true);
  const spans: JsonSpan[] = [];
  let plain = '';
  let depth = 0;
  let length = 0;
  const flush = (): void => {
    if (plain !== '') spans.push({ kind: 'plain', text: plain });
    length += plain.length;
    plain = '';
  };
  const add = (kind: JsonSpan['kind'], value: string): void => {
    flush();
    const left = value.length - MAX_STRING_CHARACTERS;
    if (left <= 0) {
      spans.push({ kind, text: value });
    } else {
      spans.push({ kind, text: value.slice(0, MAX_STRING_CHARACTERS) }, { kind: 'remark', text: toRemark(left) });
    }
    length += Math.min(value.length, MAX_STRING_CHARACTERS);
  };
  const newLine = (): void => {
    plain += `\n${'  '.repeat(depth)}`;
  };

  /** The next token as it is written; empty at the end. */
  const read = (): string => {
    scanner.scan();
    const start = scanner.getTokenOffset();
    return trimmed.slice(start, start + scanner.getTokenLength());
  };

  let token = read();
  while (token !== '') {
    let next = read();
    const isKey = next === ':';
    switch (token.charAt(0)) {
      case '{':
      case '[':
        plain += token;
        if (next === '}' || next === ']') {
          plain += next;
          next = read();
        } else {
          depth += 1;
          newLine();
        }
        break;
      case '}':
      case ']':
        depth = Math.max(0, depth - 1);
        newLine();
        plain += token;
        break;
      case ',':
        plain += ',';
        newLine();
        break;
      case ':':
        plain += ': ';
        break;
      case '"':
        add(isKey ? 'key' : 'string', token);
        break;
      default:
        // Words that are no JSON are worth to be seen as well: a client has sent them.
        add(/^[-\d]/.test(token) ? 'number' : KEYWORDS.has(token) ? 'keyword' : 'plain', token);
    }
    if (length + plain.length > maxCharacters) {
      flush();
      return { spans, isCut: next !== '' };
    }
    token = next;
  }
  flush();
  return { spans, isCut: false };
};
