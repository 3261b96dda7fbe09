import { endOfProcess } from '../end-of-process.ts';

/** The exit code of a program that Ctrl+C has ended: 128 and the number of the signal. */
const CANCELLED = 130;

/** Does the work of a command until a signal comes, which cancels it: no failure then, but an exit code of its own. */
export const cancellable = async (work: (signal: AbortSignal, cancel: () => void) => Promise<void>): Promise<void> => {
  const abortion = new AbortController();
  const cancel = (): void => abortion.abort();
  void endOfProcess().then(cancel);
  try {
    await work(abortion.signal, cancel);
  } catch (error) {
    if (!abortion.signal.aborted) throw error;
    process.stderr.write('portside: Cancelled.\n');
    process.exitCode = CANCELLED;
  }
};
