import type { ConfigUndo, ConfigWriter, ConnectTool } from '../../connect/main.ts';
import { GatewayError } from '../../core/gateway-error.ts';
import type { ConnectFlags } from './connect-flags.ts';
import { printJson } from './write-config.ts';

/** Takes back what this command last wrote for a tool, and says what became of the file. */
export const undo = async (
  writer: ConfigWriter,
  tool: ConnectTool,
  { force = false, json = false, file }: ConnectFlags,
): Promise<void> => {
  try {
    const undone = await writer.undo(tool.id, { force, ...(file !== undefined && { file }) });
    if (json) printJson({ ...undone, isForgotten: undone.isForgotten === true });
    else process.stdout.write(`${describeUndo(undone)}\n`);
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    const hint = 'uncopiedFile' in error ? FORGET_HINT : HINTS[error.code];
    if (hint === undefined) throw error;
    throw new GatewayError(error.code, `${error.message} ${hint}`, { cause: error });
  }
};

const FORGET_HINT = 'Add --force to leave the file as it is and forget that it was written.';

const HINTS: Readonly<Record<string, string>> = {
  conflict: 'Add --force to go on all the same; a copy of what would be lost is kept.',
  not_found: 'This command undoes what it wrote itself: what the panel of the editor wrote is undone there.',
};

const describeUndo = ({ file, isRemoved, backup, isForgotten = false }: ConfigUndo): string => {
  if (isForgotten) return `${file} stays as it is. That it was written is forgotten.`;
  const kept = backup === null ? '' : ` What was undone is in ${backup}.`;
  return `${file} ${isRemoved ? 'is removed: it was not there before' : 'is as it was before'}.${kept}`;
};
