import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { findSecretsInFiles } from './secrets.ts';

/**
 * An empty folder outside of any repository, deleted with all that is in it at the end of its scope. Whatever a test is about:
 * nothing secret may be in a file that none belongs into, unless the folder is one of sources.
 */
export const createTemporaryFolder = ({ isScanned = true }: { readonly isScanned?: boolean } = {}) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'portside-test-'));
  const remove = () => {
    const leaks = isScanned ? findSecretsInFiles(folder) : [];
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    if (leaks.length > 0) throw new Error(`There are secrets in files: ${leaks.join(', ')}`);
  };
  return { path: folder, join: (...names: string[]) => path.join(folder, ...names), remove, [Symbol.dispose]: remove };
};
