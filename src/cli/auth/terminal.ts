import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { GatewayError } from '../../core/gateway-error.ts';

/** The person at the terminal. */
export interface TerminalOptions {
  readonly signal: AbortSignal;
  /** Called at Ctrl+C, which a question takes for itself. */
  readonly cancel: () => void;
}

/** Whether somebody can be asked, and sees it where messages belong. */
export const canAsk = (): boolean => process.stdin.isTTY && process.stderr.isTTY;

/** Asks a question that is answered by yes or no; anything but yes is no. */
export const askYesOrNo = async (question: string, options: TerminalOptions): Promise<boolean> =>
  /^y(?:es)?$/i.test((await ask(`${question} [y/N] `, { ...options, isHidden: false })).trim());

/** Asks for a text that is not shown while it is typed. */
export const askSecret = (question: string, options: TerminalOptions): Promise<string> =>
  ask(question, { ...options, isHidden: true });

const ask = async (
  question: string,
  { signal, cancel, isHidden }: TerminalOptions & { readonly isHidden: boolean },
): Promise<string> => {
  const screen = process.stderr.isTTY || !process.stdout.isTTY ? process.stderr : process.stdout;
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const terminal = createInterface({
    input: process.stdin,
    output: isHidden ? nowhere : screen,
    terminal: true,
  });
  terminal.on('SIGINT', cancel);
  try {
    // By now the terminal itself does not show what is typed.
    if (isHidden) screen.write(question);
    return await Promise.race([
      terminal.question(isHidden ? '' : question, { signal }),
      // Ctrl+D ends the input without an answer.
      new Promise<string>((resolve) => terminal.once('close', () => resolve(''))),
    ]);
  } finally {
    terminal.close();
    if (isHidden) screen.write('\n');
  }
};

const LONGEST_INPUT = 64 * 1024;

/** All that is piped into the command. @throws GatewayError where it is too long */
export const readPipedInput = async (signal: AbortSignal): Promise<string> => {
  let text = '';
  // Aborted, a pipe that stays open does not keep the process.
  const input = process.stdin.setEncoding('utf8');
  const end = (): void => void input.destroy();
  signal.addEventListener('abort', end, { once: true });
  try {
    for await (const chunk of input) {
      text += String(chunk);
      if (text.length > LONGEST_INPUT) throw new GatewayError('invalid_request', 'The input is too long for a key.');
    }
  } finally {
    signal.removeEventListener('abort', end);
  }
  signal.throwIfAborted();
  return text;
};
