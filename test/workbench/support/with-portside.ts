import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { findSecretsInFiles } from '../../support/secrets.ts';
import { startSimulator, type Scenario, type Simulator } from '../../../src/simulator/main.ts';
import { launchBrowser, openWindow, openWorkbench, type ScreenOptions, warmUp } from './browser.ts';
import type { Environment } from './clean-environment.ts';
import { startCodeServer, type CodeServer } from './code-server.ts';
import { collectArtifacts } from './collect-artifacts.ts';
import { createLineLogger } from './line-logger.ts';
import {
  createWorkbenchFolders,
  removeWorkbenchFolders,
  type EditorSettings,
  type WorkbenchFolders,
} from './workbench-folders.ts';
import { statusItem } from './workbench-page.ts';

/** A drawn workbench in which Portside has started, and the simulator that its backend setting points at. */
export interface PortsideWorkbench {
  readonly page: Page;
  /** Portside's item in the status bar. */
  readonly status: Locator;
  readonly server: CodeServer;
  readonly simulator: Simulator;
  readonly folders: WorkbenchFolders;
  /** Opens one more window on the same editor, on the same folder or another; gives it with its item in the status bar. */
  readonly openWindow: (folder?: string) => Promise<{ readonly page: Page; readonly status: Locator }>;
  /** Addresses off this machine that the page asked for, in vain. */
  readonly refusedRequests: readonly string[];
}

export interface PortsideWorkbenchOptions {
  /** Names the folder under `test-results` that a failure leaves. */
  readonly name: string;
  /** A folder with the extension installed. */
  readonly extensions: string;
  readonly settings: EditorSettings;
  /** More variables for the workbench and its extensions: `CURSOR_API_KEY`. */
  readonly environment?: Environment;
  readonly scenario?: Scenario;
  readonly screen?: ScreenOptions;
  /** The folder to open; the tests' own where none is named. */
  readonly workspace?: string;
}

const findStatus = async (page: Page): Promise<Locator> => {
  const status = statusItem(page, 'portside.portside', 'portside.status');
  await status.waitFor({ timeout: 30_000 });
  return status;
};

/** Runs `work` in a workbench of its own, then ends all of it; keeps pictures and logs when `work` fails. */
export const withPortside = async (
  options: PortsideWorkbenchOptions,
  work: (workbench: PortsideWorkbench) => Promise<void>,
): Promise<void> => {
  const cleanups: (() => unknown)[] = [];
  try {
    const simulatorLines: string[] = [];
    const simulator = await startSimulator({
      logger: createLineLogger((line) => simulatorLines.push(line)),
      scenario: options.scenario ?? {},
    });
    cleanups.push(() => simulator.close());
    const folders = createWorkbenchFolders({
      extensions: options.extensions,
      workspace: options.workspace ?? path.join(import.meta.dirname, '../workspace'),
      settings: { 'portside.backendUrl': simulator.url, ...options.settings },
    });
    cleanups.push(() => removeWorkbenchFolders(folders));
    const server = await startCodeServer(folders, { environment: { ...options.environment } });
    cleanups.push(() => server.stop());
    const browser = await launchBrowser();
    cleanups.push(() => browser.close());
    let page: Page | undefined;
    try {
      await warmUp(server, folders);
      const opened = await openWorkbench(browser, server, folders, options.screen);
      ({ page } = opened);
      // The page goes first: without it the extension host would wait for a reconnection.
      cleanups.push(() => opened.page.close());
      const status = await findStatus(opened.page);
      await work({
        ...opened,
        status,
        server,
        simulator,
        folders,
        async openWindow(folder) {
          const another = await openWindow(
            opened.page.context(),
            server,
            folders,
            folder === undefined ? {} : { folder },
          );
          cleanups.push(() => another.close());
          return { page: another, status: await findStatus(another) };
        },
      });
      // Whatever a test is about: the editor keeps secrets in the browser's profile, so that none may be in a file.
      const leaks = [folders.userData, folders.artifacts].flatMap((folder) =>
        findSecretsInFiles(folder, [], () => false),
      );
      if (leaks.length > 0) throw new Error(`There are secrets in files: ${leaks.join(', ')}`);
    } catch (error) {
      writeFileSync(path.join(folders.artifacts, 'simulator.log'), simulatorLines.join(''));
      const kept = await collectArtifacts(folders, options.name, page);
      throw new Error(`${options.name} failed; its logs and picture are in ${kept}`, { cause: error });
    }
  } finally {
    for (const cleanup of cleanups.toReversed()) await cleanup();
  }
};
