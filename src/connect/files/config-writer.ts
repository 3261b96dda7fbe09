import path from 'node:path';
import { sha256 } from '../../core/digest.ts';
import { GatewayError } from '../../core/gateway-error.ts';
import type { Connection, ConnectTool } from '../connect-tool.ts';
import { MASK } from '../mask.ts';
import { MissingCopyError } from '../missing-copy-error.ts';
import { createChangeHistory, type WrittenChange } from './change-history.ts';
import { checkWritable, foldersToMake, readConfigFile, removeConfigFile, writeConfigFile } from './config-files.ts';

/** A change of a tool's configuration file that is not written yet. */
export interface PreparedConfig {
  readonly toolId: string;
  /** Absolute. */
  readonly file: string;
  /** The text that is there; `null` where there is no file. */
  readonly before: string | null;
  /** The text that is to be there: the same where there is nothing to change. Holds the token. */
  readonly after: string;
}

/** What was written. */
export interface ConfigChange {
  /** The copy of the file that was there before; `null` where there was none. */
  readonly backup: string | null;
}

/** What was undone. */
export interface ConfigUndo {
  readonly file: string;
  /** Whether the file is gone now, as it was before. */
  readonly isRemoved: boolean;
  /** The copy of a changed file that was undone by force; `null` where it was as Portside left it. */
  readonly backup: string | null;
  /** Whether the file was left as it is, by force, as the copy of what was there before is gone. */
  readonly isForgotten?: boolean;
}

export interface ConfigWriterOptions {
  /** The folder for backups and for what is known of them: the app's own, made where it is missing. */
  readonly folder: string;
  readonly now?: () => number;
}

/** Writes tools' configuration files, with a way back. */
export interface ConfigWriter {
  /** Reads and merges, and writes nothing. @throws GatewayError that names the file where it cannot be read or understood */
  prepare(options: {
    readonly tool: ConnectTool;
    readonly connection: Connection;
    readonly file: string;
  }): Promise<PreparedConfig>;
  /** @throws GatewayError where the file has changed since it was prepared, or cannot be written */
  write(prepared: PreparedConfig): Promise<ConfigChange>;
  /** Whether there is a write of this tool's that can be undone. */
  canUndo(toolId: string): Promise<boolean>;
  /**
   * Puts back what was there before the last write, of all or of one file, and removes the file where there was none. By force, a
   * write whose copy is gone is forgotten.
   *
   * @throws GatewayError where there is nothing to undo, or (code `conflict`, unless forced) the file was changed since; a
   * MissingCopyError where the copy is gone
   */
  undo(toolId: string, options?: { readonly force?: boolean; readonly file?: string }): Promise<ConfigUndo>;
}

export const createConfigWriter = ({ folder, now = Date.now }: ConfigWriterOptions): ConfigWriter => {
  const history = createChangeHistory(folder, now);
  /** Two changes at the same time would each take the other's for the user's. */
  const inOrder = createQueue();

  /** What was written. The last one may have been noted and not written: the process ended, or the disk was full. */
  const readSettled = async (toolId: string): Promise<readonly WrittenChange[]> => {
    const changes = await history.read(toolId);
    const last = changes.at(-1);
    if (last?.isPending !== true) return changes;
    const before = last.backup === null ? null : await history.readBackup(last.backup);
    const present = await readConfigFile(last.file).catch(() => undefined);
    return present === before ? changes.slice(0, -1) : changes;
  };

  return {
    async prepare({ tool, connection, file }) {
      if (tool.configFile === null) {
        throw new GatewayError('invalid_request', `${tool.name} has no configuration file that could be written.`);
      }
      const absolute = path.resolve(file);
      const before = await readConfigFile(absolute);
      try {
        if (before === null) tool.configFile.checkNew?.(absolute);
        const after = tool.configFile.merge(before, connection);
        if (after !== before) await checkWritable(absolute);
        return { toolId: tool.id, file: absolute, before, after };
      } catch (error) {
        const reason = GatewayError.from(error);
        throw new GatewayError(reason.code, `${absolute} was left as it is. ${reason.message}`, { cause: error });
      }
    },

    write: async ({ toolId, file, before, after }) =>
      await inOrder(async () => {
        if (after.includes(MASK)) {
          throw new GatewayError('internal_error', 'What stands for a token on screens cannot be written to a file.');
        }
        if ((await readConfigFile(file)) !== before) {
          throw new GatewayError('conflict', `${file} has changed in the meantime. Look at the difference again.`);
        }
        if (before === after) return { backup: null };
        await checkWritable(file);
        const folders = await foldersToMake(file);
        const changes = await readSettled(toolId);
        const backup = before === null ? null : await history.keep(toolId, before);
        const change: WrittenChange = {
          file,
          digest: sha256(after, 'hex'),
          backup: backup === null ? null : path.basename(backup),
          ...(folders.length > 0 && { folders }),
        };
        await history.write(toolId, [...changes, { ...change, isPending: true }]);
        try {
          await writeConfigFile(file, after);
        } catch (error) {
          await history.write(toolId, changes);
          throw error;
        }
        await history.write(toolId, [...changes, change]);
        return { backup };
      }),

    canUndo: async (toolId) => (await readSettled(toolId)).some(({ isUndone }) => isUndone !== true),

    undo: async (toolId, { force = false, file: chosen } = {}) =>
      await inOrder(async () => {
        const changes = await readSettled(toolId);
        const wanted = chosen === undefined ? null : path.resolve(chosen);
        const last = changes.findLast(
          ({ file, isUndone }) => isUndone !== true && (wanted === null || file === wanted),
        );
        if (last === undefined) {
          throw new GatewayError(
            'not_found',
            wanted === null
              ? 'Nothing was written for this tool that could be undone.'
              : `${wanted} was not written for this tool, or that was undone already.`,
          );
        }
        const { file, digest, backup, folders } = last;
        const before = backup === null ? null : await history.readBackup(backup);
        if (backup !== null && before === null) {
          if (!force) {
            throw new MissingCopyError(file, history.toPath(backup));
          }
          await history.remove(toolId, changes, last, null);
          return { file, isRemoved: false, backup: null, isForgotten: true };
        }
        const present = await readConfigFile(file);
        // A file that is as undoing would leave it has nothing to lose.
        const isChanged = present !== before && (present === null || sha256(present, 'hex') !== digest);
        if (isChanged && !force) {
          throw new GatewayError(
            'conflict',
            `${file} was changed since Portside wrote it. Undoing takes those changes back as well.`,
          );
        }
        const lost = isChanged && present !== null ? await history.keep(toolId, present) : null;
        if (before === null) await removeConfigFile(file, folders);
        else if (present !== before) await writeConfigFile(file, before);
        await history.remove(toolId, changes, last, lost);
        return { file, isRemoved: before === null, backup: lost };
      }),
  };
};

const createQueue = (): (<T>(work: () => Promise<T>) => Promise<T>) => {
  let latest: Promise<unknown> = Promise.resolve();
  return (work) => {
    const next = latest.then(work, work);
    latest = next;
    return next;
  };
};
