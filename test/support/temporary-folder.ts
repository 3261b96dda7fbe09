import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** An empty folder outside of any repository, deleted with all that is in it at the end of its scope. */
export const createTemporaryFolder = () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'portside-test-'));
  const remove = () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  return { path: folder, join: (...names: string[]) => path.join(folder, ...names), remove, [Symbol.dispose]: remove };
};
