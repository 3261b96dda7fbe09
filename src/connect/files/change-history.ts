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
  /** Whether it was undone by force: `backup` is then the copy of what was lost by that, and nothing is left to undo. */
  readonly isUndone?: boolean | undefined;
}

/** How much is kept of a tool: writes that can be undone, one after the other, and copies, whatever made them. */
const MOST_KEPT = 10;

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
    isUndone: z.boolean().optional(),
  }),
);

/** What was written for each tool, in a folder for its owner alone. */
export interface ChangeHistory {
  /** The latest last. */
  read(toolId: string): Promise<readonly WrittenChange[]>;
  /** Copies that belong to none of the last ten any more are deleted. */
  write(toolId: string, changes: readonly WrittenChange[]): Promise<void>;
  /** Takes a change out. With the last that could be undone, all copies are deleted but `lost`, the path of what undoing it lost. */
  remove(toolId: string, changes: readonly WrittenChange[], change: WrittenChange, lost: string | null): Promise<void>;
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

  /** Copies that no note names, as the process ended or the notes were damaged, count as the oldest. */
  const save = async (toolId: string, changes: readonly WrittenChange[], mostCopies: number): Promise<void> =>
    await explained(folder, async () => {
      await makeFolder();
      // While the last one is not sure, the first one is not given up for it.
      const kept = changes.at(-1)?.isPending === true ? changes : changes.slice(-MOST_KEPT);
      const toCopies = (some: readonly WrittenChange[]) => some.flatMap(({ backup }) => backup ?? []);
      const needed = new Set(toCopies(kept));
      const known = new Set(toCopies([...(await read(toolId)), ...changes]));
      await writeFileAtomic(toHistoryFile(toolId), `${JSON.stringify(kept)}\n`, { mode: 0o600 });
      const isCopy = new RegExp(String.raw`^${toolId}-\d{4}-[\dTZ-]+\.backup$`);
      const present = (await readdir(folder)).filter((name) => isCopy.test(name));
      const unknown = present.filter((name) => !known.has(name)).toSorted();
      const surplus = unknown.slice(0, Math.max(0, unknown.length + needed.size - mostCopies));
      for (const name of [...[...known].filter((each) => !needed.has(each)), ...surplus]) {
        await rm(path.join(folder, name), { force: true });
      }
    });

  return {
    read,
    write: async (toolId, changes) => await save(toolId, changes, MOST_KEPT),
    async remove(toolId, changes, change, lost) {
      const { file, digest } = change;
      const others = changes.filter((other) => other !== change);
      const isLast = others.every(({ isUndone }) => isUndone === true);
      const copied = lost === null ? [] : [{ file, digest, backup: path.basename(lost), isUndone: true }];
      await save(toolId, [...(isLast ? [] : others), ...copied], isLast ? copied.length : MOST_KEPT);
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
