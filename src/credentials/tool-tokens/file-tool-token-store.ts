import { chmod, readFile } from 'node:fs/promises';
import writeFileAtomic from 'write-file-atomic';
import * as z from 'zod';
import { GatewayError } from '../../core/gateway-error.ts';
import { withFileLock } from '../accounts/file-lock.ts';
import type { ToolTokenStore } from './tool-token-store.ts';

const entriesSchema = z.record(z.string(), z.object({ tokenId: z.string().min(1), token: z.string().min(1) }));

type Entries = z.infer<typeof entriesSchema>;

/**
 * Tools' tokens in a JSON file for its owner alone (0600; its folder is made with 0700 where it is missing). Several processes may use the same one: who
 * changes it holds `<file>.lock`.
 *
 * @throws GatewayError, from both methods, that names the file where it cannot be used
 */
export const createFileToolTokenStore = (file: string): ToolTokenStore => {
  const readAll = async (): Promise<Entries> => {
    let text: string;
    try {
      text = await readFile(file, 'utf8');
      // Others must not read it, whoever has opened it to them.
      if (process.platform !== 'win32') await chmod(file, 0o600);
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return {};
      throw error;
    }
    try {
      return entriesSchema.parse(JSON.parse(text));
    } catch {
      // Nothing is lost with a damaged one: a tool that has no token is given a new one.
      return {};
    }
  };

  return {
    read: async (toolId) => await explained(file, async () => (await readAll())[toolId] ?? null),
    write: async (toolId, entry) =>
      await explained(
        file,
        async () =>
          await withFileLock(`${file}.lock`, async () => {
            const { [toolId]: _former, ...others } = await readAll();
            const entries = entry === null ? others : { ...others, [toolId]: entry };
            await writeFileAtomic(file, `${JSON.stringify(entries)}\n`, { mode: 0o600 });
          }),
      ),
  };
};

const explained = async <T>(file: string, work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (error) {
    if (error instanceof GatewayError) throw error;
    const reason = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new GatewayError(
      'internal_error',
      `The access tokens of tools in ${file} cannot be used (${reason}). See to it that its folder and the file are yours to read and write.`,
      { cause: error },
    );
  }
};
