import path from 'node:path';
import { sha256 } from '../../core/digest.ts';
import { GatewayError } from '../../core/gateway-error.ts';
import type { Connection, ConnectTool } from '../connect-tool.ts';
import { MASK } from '../mask.ts';
import { createChangeHistory } from './change-history.ts';
import { readConfigFile, removeConfigFile, writeConfigFile } from './config-files.ts';

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
   * Puts back what was there before the last write, and removes the file where there was none.
   *
   * @throws GatewayError where there is nothing to undo, or (code `conflict`, unless forced) the file was changed since
   */
  undo(toolId: string, options?: { readonly force?: boolean }): Promise<ConfigUndo>;
}

export const createConfigWriter = ({ folder, now = Date.now }: ConfigWriterOptions): ConfigWriter => {
  const history = createChangeHistory(folder, now);
  /** Two changes at the same time would each take the other's for the user's. */
  const inOrder = createQueue();

  return {
    async prepare({ tool, connection, file }) {
      if (tool.configFile === null) {
        throw new GatewayError('invalid_request', `${tool.name} has no configuration file that could be written.`);
      }
      const absolute = path.resolve(file);
      const before = await readConfigFile(absolute);
      try {
        return { toolId: tool.id, file: absolute, before, after: tool.configFile.merge(before, connection) };
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
        const backup = before === null ? null : await history.keep(toolId, before);
        await writeConfigFile(file, after);
        const change = { file, digest: sha256(after, 'hex'), backup: backup === null ? null : path.basename(backup) };
        await history.write(toolId, [...(await history.read(toolId)), change]);
        return { backup };
      }),

    canUndo: async (toolId) => (await history.read(toolId)).length > 0,

    undo: async (toolId, { force = false } = {}) =>
      await inOrder(async () => {
        const changes = await history.read(toolId);
        const last = changes.at(-1);
        if (last === undefined)
          throw new GatewayError('not_found', 'Nothing was written for this tool that could be undone.');
        const { file, digest, backup } = last;
        const present = await readConfigFile(file);
        // A file that is gone, as it was before, is as undoing would leave it.
        const isChanged = present === null ? backup !== null : sha256(present, 'hex') !== digest;
        if (isChanged && !force) {
          throw new GatewayError('conflict', `${file} was changed since Portside wrote it: undoing would lose that.`);
        }
        const before = backup === null ? null : await history.readBackup(backup);
        const lost = isChanged && present !== null ? await history.keep(toolId, present) : null;
        if (before === null) await removeConfigFile(file);
        else await writeConfigFile(file, before);
        await history.write(toolId, changes.slice(0, -1));
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
