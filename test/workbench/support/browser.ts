import { appendFileSync } from 'node:fs';
import path from 'node:path';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { findChromium } from '../host/install-host.mjs';
import type { CodeServer } from './code-server.ts';
import type { WorkbenchFolders } from './workbench-folders.ts';

const quietArguments = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-dev-shm-usage',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
];

/** Chromium that reaches this machine and nothing else. */
export const launchBrowser = async (): Promise<Browser> => {
  const executablePath = await findChromium();
  if (executablePath === undefined)
    throw new Error('There is no Chromium: run node test/workbench/host/install-host.mjs');
  return chromium.launch({
    executablePath,
    headless: true,
    timeout: 30_000,
    args: quietArguments,
  });
};

/** Loads the workbench's server code, which is read at the first request: call it while the browser starts. */
export const warmUp = async (server: CodeServer, folders: WorkbenchFolders): Promise<void> => {
  const response = await fetch(`${server.url}/?folder=${encodeURIComponent(folders.workspace)}`);
  await response.body?.cancel();
  if (!response.ok) throw new Error(`code-server answered ${response.status}`);
};

/** An open workbench. */
export interface WorkbenchPage {
  readonly page: Page;
  /** Addresses off this machine that the page asked for, in vain. */
  readonly refusedRequests: readonly string[];
}

/** What a window is opened with. */
export interface WindowOptions {
  /** Instructions to the workbench in its address, such as the test suite to run. */
  readonly payload?: readonly (readonly [string, string])[];
  /** Functions of this process that the page may call. */
  readonly exposed?: Readonly<Record<string, (...values: unknown[]) => unknown>>;
  /** The folder to open instead of the usual one. */
  readonly folder?: string;
}

/** How a browser profile shows its windows. */
export interface ScreenOptions {
  readonly width?: number;
  readonly height?: number;
  /** How many pixels of a picture one of the screen becomes. */
  readonly deviceScaleFactor?: number;
  /** A BCP 47 tag: what numbers and dates look like. */
  readonly locale?: string;
}

/** Opens a workbench window in a browser profile of its own and waits until it is drawn. */
export const openWorkbench = async (
  browser: Browser,
  server: CodeServer,
  folders: WorkbenchFolders,
  {
    width = 1280,
    height = 800,
    deviceScaleFactor = 1,
    locale = 'en-US',
    ...options
  }: WindowOptions & ScreenOptions = {},
): Promise<WorkbenchPage> => {
  const context = await browser.newContext({
    viewport: { width, height },
    deviceScaleFactor,
    locale,
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  const refusedRequests: string[] = [];
  await context.route(
    (url) => url.hostname !== '127.0.0.1' && url.hostname !== '',
    (route) => {
      refusedRequests.push(route.request().url());
      return route.abort();
    },
  );
  const page = await openWindow(context, server, folders, options);
  return { page, refusedRequests };
};

/** Opens one more workbench window in a profile that is there already, and waits until it is drawn. */
export const openWindow = async (
  context: BrowserContext,
  server: CodeServer,
  folders: WorkbenchFolders,
  options: WindowOptions = {},
): Promise<Page> => {
  const page = await context.newPage();
  const consoleFile = path.join(folders.artifacts, 'browser-console.log');
  page.on('console', (message) => appendFileSync(consoleFile, `[${message.type()}] ${message.text()}\n`));
  page.on('pageerror', (error) => appendFileSync(consoleFile, `[pageerror] ${error.stack ?? error.message}\n`));
  page.on('crash', () => appendFileSync(consoleFile, '[crash] the page crashed\n'));
  for (const [name, callback] of Object.entries(options.exposed ?? {})) await page.exposeFunction(name, callback);
  const address = new URL(server.url);
  address.searchParams.set('folder', options.folder ?? folders.workspace);
  address.searchParams.set(
    'payload',
    JSON.stringify([['skipWelcome', 'true'], ['skipReleaseNotes', 'true'], ...(options.payload ?? [])]),
  );
  await page.goto(address.href, { waitUntil: 'domcontentloaded', timeout: 60_000 });
  await page.waitForSelector('.monaco-workbench .statusbar-item', { timeout: 60_000 });
  return page;
};
