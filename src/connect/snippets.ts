import type { ConnectSnippet } from './connect-tool.ts';
import { MASK } from './mask.ts';

/** The environment variable that examples take the token from, so that it stands in no source code. */
export const KEY_VARIABLE = 'PORTSIDE_API_KEY';

export const textSnippet = (text: string): ConnectSnippet => ({ language: 'text', text });

/** Sets {@link KEY_VARIABLE} in a POSIX shell. */
export const keySnippet = (token: string): ConnectSnippet => ({
  language: 'shell',
  text: `export ${KEY_VARIABLE}=${quoteForShell(token)}`,
});

/** Text as one word of a POSIX shell; the mask looks as what it stands for. */
export const quoteForShell = (text: string): string =>
  text === MASK || /^[\w.,:/@%+=-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;

/** JSON for people: short lists stand on one line. */
export const jsonSnippet = (value: unknown): ConnectSnippet => ({
  language: 'json',
  text: JSON.stringify(value, null, 2).replaceAll(/\[\n[^[\]{}]+\]/g, (list) =>
    list
      .replaceAll(/\n\s+/g, ' ')
      .replace('[ ', '[')
      .replace(/\s*\]$/, ']'),
  ),
});
