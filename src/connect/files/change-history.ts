import { chmod, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import * as z from 'zod';
import { explained as explain } from './explain-file-error.ts';
import { makeFolders } from './make-folders.ts';

/** One write of a tool's configuration file. */
export interface WrittenChange {
  /** Absolute. */
  readonly file: string;
  /** SHA-256 of what was written, in hex. */
  readonly digest: string;
  /** The name of the copy of what was there before; `null` where there was no file. */
  readonly backup: string | null;
  /** Folders that were made for it, the outermost first. */
  readonly folders?: readonly string[] | undefined;
  /** Whether the file may not have been written: noted before it is, so that whatever happens in between can be undone. */
  readonly isPending?: boolean | undefined;
}

/** How many writes of a tool can be undone, one after the other. */
const MOST_CHANGES = 10;

const historySchema: z.ZodType<readonly WrittenChange[]> = z.array(
  z.object({
    file: z.string().min(1),
    digest: z.string().regex(/^[\da-f]{64}$/),
    backup: z
      .string()
      .regex(/^[\w.-]+\.backup$/)
      .nullable(),
    folders: z.array(z.string()).optional(),
    isPending: z.boolean().optional(),
  }),
);

/** What was written for each tool, in a folder for its owner alone. */
export interface ChangeHistory {
  /** The latest last. */
  read(toolId: string): Promise<readonly WrittenChange[]>;
  /** Copies that belong to none of them any more are deleted. */
  write(toolId: string, changes: readonly WrittenChange[]): Promise<void>;
  /** Copies a text that is about to be lost; gives the path of the copy. */
  keep(toolId: string, text: string): Promise<string>;
  /** `null` where the copy is gone. */
  readBackup(name: string): Promise<string | null>;
  /** The path of a copy. */
  toPath(name: string): string;
}

export const createChangeHistory = (folder: string, now: () => number): ChangeHistory => {
  const toHistoryFile = (toolId: string): string => path.join(folder, `${toolId}.json`);

  const makeFolder = async (): Promise<void> => {
    await makeFolders(path.join(folder, 'any'));
    // Copies hold the keys of whatever else the tools use.
    await chmod(folder, 0o700);
  };

  const read = async (toolId: string): Promise<readonly WrittenChange[]> => {
    try {
      return historySchema.parse(JSON.parse(await readFile(toHistoryFile(toolId), 'utf8')));
    } catch {
      // A damaged one is worth as much as none: nothing can be undone, and the copies are still there.
      return [];
    }
  };

  return {
    read,
    async write(toolId, changes) {
      await explained(folder, async () => {
        await makeFolder();
        // While the last one is not sure, the first one is not given up for it.
        const kept = changes.at(-1)?.isPending === true ? changes : changes.slice(-MOST_CHANGES);
        const earlier = await read(toolId);
        await writeFileAtomic(toHistoryFile(toolId), `${JSON.stringify(kept)}\n`, { mode: 0o600 });
        const needed = new Set(kept.map(({ backup }) => backup));
        for (const { backup } of [...earlier, ...changes]) {
          if (backup !== null && !needed.has(backup)) await rm(path.join(folder, backup), { force: true });
        }
      });
    },
    keep: async (toolId, text) =>
      await explained(folder, async () => {
        await makeFolder();
        const time = new Date(now()).toISOString().replaceAll(/[:.]/g, '-');
        const names = new Set(await readdir(folder));
        let name = `${toolId}-${time}.backup`;
        for (let count = 2; names.has(name); count += 1) name = `${toolId}-${time}-${count}.backup`;
        const file = path.join(folder, name);
        await writeFile(file, text, { mode: 0o600, flag: 'wx' });
        return file;
      }),
    readBackup: async (name) =>
      await explained(folder, async () => {
        try {
          return await readFile(path.join(folder, name), 'utf8');
        } catch (error) {
          if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
          throw error;
        }
      }),
    toPath: (name) => path.join(folder, name),
  };
};

const explained = <T>(folder: string, work: () => Promise<T>): Promise<T> =>
  explain(`The folder of copies of changed files, ${folder},`, 'used', work);
