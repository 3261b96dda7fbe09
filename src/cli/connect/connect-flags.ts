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
  ['yes', ['write']],
  ['file', ['write', 'undo']],
  ['force', ['undo']],
] as const;

/** Which flags only make sense with a tool. */
const OF_TOOL = ['write', 'undo', 'test', 'model', 'docker'] as const;

/** @throws UsageError that names the flags that do not go together */
export const checkFlags = (flags: ConnectFlags, hasTool: boolean): void => {
  for (const [flag, needed] of NEEDS) {
    if (flags[flag] === undefined || needed.some((each) => flags[each] === true)) continue;
    throw new UsageError(`--${flag} needs ${needed.map((each) => `--${each}`).join(' or ')}.`);
  }
  if (flags.undo === true && (flags.write === true || flags.test === true)) {
    throw new UsageError('--undo goes alone: --write and --test come after it.');
  }
  if (!hasTool && OF_TOOL.some((flag) => flags[flag] !== undefined)) {
    throw new UsageError('Say which tool, such as `portside connect opencode`. `portside connect` lists them.');
  }
};
