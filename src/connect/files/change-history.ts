import { chmod, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import * as z from 'zod';
import { GatewayError } from '../../core/gateway-error.ts';

/** One write of a tool's configuration file. */
export interface WrittenChange {
  /** Absolute. */
  readonly file: string;
  /** SHA-256 of what was written, in hex. */
  readonly digest: string;
  /** The name of the copy of what was there before; `null` where there was no file. */
  readonly backup: string | null;
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
  readBackup(name: string): Promise<string>;
}

export const createChangeHistory = (folder: string, now: () => number): ChangeHistory => {
  const toHistoryFile = (toolId: string): string => path.join(folder, `${toolId}.json`);

  const makeFolder = async (): Promise<void> => {
    await mkdir(folder, { recursive: true, mode: 0o700 });
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
        const kept = changes.slice(-MOST_CHANGES);
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
    readBackup: async (name) => await explained(folder, async () => await readFile(path.join(folder, name), 'utf8')),
  };
};

const explained = async <T>(folder: string, work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new GatewayError('invalid_request', `The copies of changed files in ${folder} cannot be used (${reason}).`, {
      cause: error,
    });
  }
};
