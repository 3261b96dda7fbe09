import path from 'node:path';
import type { ConnectTool } from '../../connect/connect-tool.ts';
import type { Connection, ConfigWriter } from '../../connect/main.ts';
import { askYesOrNo, canAsk, type TerminalOptions } from '../auth/terminal.ts';
import { UsageError } from '../usage-error.ts';
import type { ConnectFlags } from './connect-flags.ts';
import { english } from './english.ts';
import { findConfigFile } from './find-config-file.ts';
import { showDifference } from './show-difference.ts';

/** The file to write. @throws UsageError where there is none, or nobody can be asked */
export const findFileToWrite = (tool: ConnectTool, flags: ConnectFlags): string => {
  if (tool.configFile === null) {
    throw new UsageError(
      `${tool.name} has no file that could be written. \`portside connect ${tool.id}\` shows what to do.`,
    );
  }
  if (flags.yes !== true && !canAsk()) {
    throw new UsageError('There is nobody to ask: this is no terminal. Add --yes to write without being asked.');
  }
  const file = flags.file ?? findConfigFile(tool.configFile);
  if (file === null) {
    throw new UsageError(
      `Where ${tool.name} has its ${tool.configFile.name}, only you know. Add --file with its path.`,
    );
  }
  return path.resolve(file);
};

/** What came of it; `null` where the person has changed their mind. */
export type WrittenConfig = {
  readonly file: string;
  readonly isWritten: boolean;
  readonly backup: string | null;
} | null;

/** Shows the change, asks, and writes. */
export const writeConfig = async (options: {
  readonly tool: ConnectTool;
  readonly connection: Connection;
  readonly file: string;
  readonly flags: ConnectFlags;
  readonly writer: ConfigWriter;
  /** Masks the token, and whatever else is secret. */
  readonly mask: (text: string) => string;
  readonly terminal: TerminalOptions;
}): Promise<WrittenConfig> => {
  const { tool, connection, flags, writer, mask, terminal } = options;
  const prepared = await writer.prepare({ tool, connection, file: options.file });
  const { file, before, after } = prepared;
  const messages = flags.json === true ? process.stderr : process.stdout;
  if (before === after) {
    messages.write(`${file} is as it should be already.\n`);
    return { file, isWritten: false, backup: null };
  }
  messages.write(showDifference(file, before === null ? null : mask(before), mask(after)));
  if (flags.yes !== true && !(await askYesOrNo('Write this?', terminal))) {
    messages.write('Nothing was written.\n');
    return null;
  }
  const { backup } = await writer.write(prepared);
  const withFile = flags.file === undefined ? '' : ` --file ${/^[\w.,:/\\@-]+$/.test(file) ? file : `"${file}"`}`;
  const lines = [
    `${file} is written.`,
    backup === null ? null : `What was there before is in ${backup}.`,
    `\`portside connect ${tool.id} --undo${withFile}\` takes it back.`,
    tool.configFile?.describeNext(english, { connection }) ?? null,
  ];
  messages.write(`${lines.filter((line) => line !== null).join('\n')}\n`);
  return { file, isWritten: true, backup };
};

export const printJson = (value: unknown): void => void process.stdout.write(`${JSON.stringify(value)}\n`);
