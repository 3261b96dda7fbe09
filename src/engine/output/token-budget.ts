import { lengthOfBytes } from './length-of-bytes.ts';
import { isHighSurrogate, splitAtBorders } from './split-at-borders.ts';
import type { TokenFit } from './tokenizer/main.ts';

type FitTokens = (text: string, maxTokens: number) => TokenFit;

/** What may be sent on of a text that was given. */
export interface Granted {
  readonly text: string;
  /** Whether the limit lies right behind `text`: the budget is used up, and more was given. */
  readonly isOver: boolean;
}

/** A number of tokens that texts are paid from, one text after the other. Each call waits for the one before. */
export interface TokenBudget {
  /** Goes on with the text under way, and tells what may be sent on of all that was given. */
  append(text: string): Promise<Granted>;
  /** Ends the text under way, and tells what is left of it to send. */
  finish(): Promise<Granted>;
  /** Pays a text that is sent whole or not at all. */
  take(text: string): Promise<boolean>;
}

/**
 * A budget of `maxTokens` o200k tokens, which cuts a text exactly where its tokens end however it comes in pieces.
 *
 * A token has at least one byte. So as long as everything uncounted has no more bytes than there are tokens left, it fits
 * however it goes on, and is sent at once; only then is the tokenizer loaded, and each piece between borders counted once.
 */
export const createTokenBudget = (
  maxTokens: number,
  loadFitTokens: () => Promise<FitTokens> = async () => (await import('./tokenizer/main.ts')).fitTokens,
): TokenBudget => {
  let remaining = maxTokens;
  /** Texts that are over and surely fit, but are not counted yet. */
  let uncounted: string[] = [];
  let uncountedBytes = 0;
  /** The text under way from the last border that was looked for, and how much of it was sent on. */
  let open = '';
  let sent = 0;
  /** Half a character. */
  let half = '';

  const fits = (): boolean => uncountedBytes <= remaining;
  const pay = (fitTokens: FitTokens, texts: readonly string[]): void => {
    for (const text of texts) for (const piece of splitAtBorders(text)) remaining -= fitTokens(piece, remaining).tokens;
  };
  const settleUncounted = (fitTokens: FitTokens): void => {
    pay(fitTokens, uncounted);
    uncounted = [];
    uncountedBytes = Buffer.byteLength(open);
  };

  /** Counts all pieces of the text under way; not the last one, which may go on, unless the text is finished. */
  const settleOpen = (fitTokens: FitTokens, isFinished: boolean): Granted => {
    let granted = '';
    const pieces = splitAtBorders(open);
    while (pieces.length > (isFinished ? 0 : 1)) {
      const piece = pieces.shift() ?? '';
      const { tokens, length } = fitTokens(piece, remaining);
      remaining -= tokens;
      granted += piece.slice(sent, length);
      if (length < piece.length) return { text: granted, isOver: true };
      sent = Math.max(0, sent - length);
    }
    open = pieces[0] ?? '';
    uncountedBytes = Buffer.byteLength(open);
    if (open !== '' && remaining === 0) return { text: granted, isOver: true };
    const safe = Math.max(sent, lengthOfBytes(open, remaining));
    granted += open.slice(sent, safe);
    sent = safe;
    return { text: granted, isOver: false };
  };

  const add = (text: string): void => {
    open += text;
    uncountedBytes += Buffer.byteLength(text);
  };
  /** Sends all of the text under way, of which `added` is new. It is not sliced where it need not, as it may be long. */
  const sendOpen = (added: string): Granted => {
    const isAllElseSent = sent === open.length - added.length;
    const text = isAllElseSent ? added : open.slice(sent);
    sent = open.length;
    return { text, isOver: false };
  };
  const close = (): void => {
    if (open !== '') uncounted.push(open);
    open = '';
    sent = 0;
  };

  return {
    async append(text) {
      const whole = half + text;
      half = isHighSurrogate(whole.charCodeAt(whole.length - 1)) ? whole.slice(-1) : '';
      const added = half === '' ? whole : whole.slice(0, -1);
      add(added);
      if (fits()) return sendOpen(added);
      const fitTokens = await loadFitTokens();
      settleUncounted(fitTokens);
      return settleOpen(fitTokens, false);
    },
    async finish() {
      const added = half;
      half = '';
      add(added);
      if (fits()) {
        const granted = sendOpen(added);
        close();
        return granted;
      }
      const fitTokens = await loadFitTokens();
      settleUncounted(fitTokens);
      const granted = settleOpen(fitTokens, true);
      close();
      return granted;
    },
    async take(text) {
      uncounted.push(text);
      uncountedBytes += Buffer.byteLength(text);
      if (fits()) return true;
      uncounted.pop();
      const fitTokens = await loadFitTokens();
      settleUncounted(fitTokens);
      for (const piece of splitAtBorders(text)) {
        const { tokens, length } = fitTokens(piece, remaining);
        if (length < piece.length) return false;
        remaining -= tokens;
      }
      return true;
    },
  };
};
