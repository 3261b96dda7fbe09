import { UsageError } from '../usage-error.ts';

/** The flags of `portside connect`, as commander gives them. */
export interface ConnectFlags {
  readonly model?: string;
  readonly write?: boolean;
  readonly yes?: boolean;
  readonly undo?: boolean;
  readonly force?: boolean;
  readonly test?: boolean;
  readonly file?: string;
  readonly docker?: boolean;
  readonly json?: boolean;
}

/** Which flags only make sense with another one. */
const NEEDS = [
  ['yes', 'write'],
  ['file', 'write'],
  ['force', 'undo'],
] as const;

/** @throws UsageError that names the flags that do not go together */
export const checkFlags = (flags: ConnectFlags, hasTool: boolean): void => {
  for (const [flag, needed] of NEEDS) {
    if (flags[flag] !== undefined && flags[needed] !== true) throw new UsageError(`--${flag} needs --${needed}.`);
  }
  if (flags.undo === true && (flags.write === true || flags.test === true)) {
    throw new UsageError('--undo goes alone: --write and --test come after it.');
  }
  if (!hasTool && (flags.write === true || flags.undo === true || flags.test === true)) {
    throw new UsageError('Say which tool, such as `portside connect opencode`. `portside connect` lists them.');
  }
};
