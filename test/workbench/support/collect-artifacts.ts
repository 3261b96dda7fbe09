import { cpSync, existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Page } from 'playwright-core';
import type { WorkbenchFolders } from './workbench-folders.ts';

/** The checkout. */
const rootFolder = path.resolve(import.meta.dirname, '../../..');

/**
 * Keeps what explains a failure under `test-results/<name>/`: a picture of the page, code-server's and the browser's output,
 * and the workbench's logs. Read first: `server-logs/<time>/exthost1/remoteexthost.log`, then the extension's own channel
 * beside it. Call it before the page is closed.
 * @returns that folder
 */
export const collectArtifacts = async (folders: WorkbenchFolders, name: string, page?: Page): Promise<string> => {
  const target = path.join(rootFolder, 'test-results', name.replaceAll(/[^\w.-]+/g, '-'));
  mkdirSync(target, { recursive: true });
  if (page !== undefined && !page.isClosed()) {
    await page.screenshot({ path: path.join(target, 'failure.png'), timeout: 10_000 }).catch(() => {});
  }
  cpSync(folders.artifacts, target, { recursive: true });
  const logs = path.join(folders.userData, 'logs');
  if (existsSync(logs)) cpSync(logs, path.join(target, 'server-logs'), { recursive: true });
  return target;
};
