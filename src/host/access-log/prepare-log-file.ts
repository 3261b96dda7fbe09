import { closeSync, constants, fchmodSync, fstatSync, lstatSync, mkdirSync, openSync, readSync } from 'node:fs';
import path from 'node:path';
import { GatewayError } from '../../core/gateway-error.ts';

/** What is known of a file that lines are about to be added to. */
export interface PreparedLogFile {
  /** Whether it ends in the middle of a line, as where its writer was killed. */
  readonly endsMidLine: boolean;
}

/** Reads and adds; where another one puts a symbolic link there meanwhile, fails. Windows knows no such flag. */
const FLAGS = constants.O_RDWR | constants.O_APPEND | constants.O_CREAT | (constants.O_NOFOLLOW ?? 0);

/**
 * Makes sure that a file can be added to: made where it is missing, for its owner alone (0600), its folder too (0700). A
 * folder that is there already is left as it is. A symbolic link is refused: who put it there could have another file of the user's
 * written to, and its permissions changed.
 *
 * @throws GatewayError `invalid_request` that names the file, and says what is wrong with it
 */
export const prepareLogFile = (file: string): PreparedLogFile => {
  try {
    mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
    // Before it is opened: that would wait for the other end of a pipe.
    const present = lstatSync(file, { throwIfNoEntry: false });
    if (present?.isSymbolicLink() === true) throw new Error('it is a symbolic link; name the file that it leads to');
    if (present?.isFile() === false) throw new Error('it is not a file');
    const descriptor = openSync(file, FLAGS, 0o600);
    try {
      fchmodSync(descriptor, 0o600);
      return { endsMidLine: endsMidLine(descriptor) };
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new GatewayError(
      'invalid_request',
      `The access log ${file} cannot be written: ${reason}. Choose another file (--access-log, PORTSIDE_ACCESS_LOG, portside.accessLogPath), or set its permissions right.`,
      { cause: error },
    );
  }
};

const NEWLINE = 0x0a;

const endsMidLine = (descriptor: number): boolean => {
  const { size } = fstatSync(descriptor);
  const last = Buffer.alloc(1);
  return size > 0 && readSync(descriptor, last, 0, 1, size - 1) === 1 && last[0] !== NEWLINE;
};
