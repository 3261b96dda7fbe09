import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type PortsideProcess, startPortside } from '../support/portside-process.ts';
import { findChromium } from './host/install-host.mjs';

type Attempt = (target: readonly [url: string, token: string]) => Promise<number | null>;

/** What a page can try. Each runs in the page and gives the status that it sees; `null` where the browser keeps the answer from it. */
const ATTEMPTS = {
  'a request': ([url]) =>
    fetch(`${url}/v1/models`).then(
      ({ status }) => status,
      () => null,
    ),
  'a request with the token': ([url, token]) =>
    fetch(`${url}/v1/models`, { headers: { Authorization: `Bearer ${token}` } }).then(
      ({ status }) => status,
      () => null,
    ),
  'a public request': ([url]) =>
    fetch(`${url}/health`).then(
      ({ status }) => status,
      () => null,
    ),
  'an answer': ([url, token]) =>
    fetch(`${url}/v1/chat/completions`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
      body: '{"messages":[{"role":"user","content":"Hi"}]}',
    }).then(
      ({ status }) => status,
      () => null,
    ),
} as const satisfies Record<string, Attempt>;

let portside: PortsideProcess;
let pages: Server;
let browser: Browser;

const pagesPort = (): number => (pages.address() as AddressInfo).port;

beforeAll(async () => {
  pages = createServer((_request, response) => {
    response.setHeader('Content-Type', 'text/html');
    response.end('<!doctype html><title>A page</title>');
  }).listen(0, '127.0.0.1');
  await once(pages, 'listening');
  portside = await startPortside({
    env: { PORTSIDE_ALLOWED_ORIGINS: `http://friend.example:${pagesPort()}` },
  });
  const executablePath = await findChromium();
  if (executablePath === undefined) throw new Error('There is no Chromium.');
  browser = await chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--host-resolver-rules=MAP *.example 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
    ],
  });
});
afterAll(async () => {
  await browser?.close();
  await portside?.[Symbol.asyncDispose]();
  pages?.close();
});

/** Opens a page of this host name, and ends it. */
const onPage = async <T>(host: string, look: (page: Page) => Promise<T>): Promise<T> => {
  const page = await browser.newPage();
  try {
    await page.goto(`http://${host}:${pagesPort()}/`);
    return await look(page);
  } finally {
    await page.close();
  }
};

const attempt = (page: Page, name: keyof typeof ATTEMPTS): Promise<number | null> =>
  page.evaluate<number | null, readonly [string, string]>(ATTEMPTS[name], [portside.url, portside.token]);

describe.each(Object.keys(ATTEMPTS) as (keyof typeof ATTEMPTS)[])('%s', (name) => {
  test('of a page elsewhere shows it nothing', async () => {
    await portside.simulator.setScenario({});
    expect(await onPage('foe.example', (page) => attempt(page, name))).toBeNull();
    expect(await portside.simulator.runs()).toEqual([]);
  });

  test('of a page that the settings allow is answered', async () => {
    const status = name === 'a request' ? 401 : 200;
    expect(await onPage('friend.example', (page) => attempt(page, name))).toBe(status);
  });
});

test('a page that sends without asking first starts nothing', async () => {
  await portside.simulator.setScenario({});
  await onPage('foe.example', (page) =>
    page.evaluate(async (url) => {
      await fetch(`${url}/v1/chat/completions`, {
        method: 'POST',
        mode: 'no-cors',
        body: '{"messages":[{"role":"user","content":"Hi"}]}',
      }).catch(() => undefined);
    }, portside.url),
  );
  expect(await portside.simulator.runs()).toEqual([]);
});

test('a page that opens a WebSocket gets none', async () => {
  const outcome = await onPage('foe.example', (page) =>
    page.evaluate(
      (url) =>
        new Promise((resolve) => {
          const socket = new WebSocket(`${url.replace('http', 'ws')}/v1/responses`);
          socket.addEventListener('open', () => resolve('open'));
          socket.addEventListener('error', () => resolve('refused'));
        }),
      portside.url,
    ),
  );
  expect(outcome).toBe('refused');
});

test('a page whose name is rebound to this machine is refused by its Host', async () => {
  const page = await browser.newPage();
  const { port } = new URL(portside.url);
  const response = await page.goto(`http://rebound.example:${port}/v1/models`);
  expect(response?.status()).toBe(403);
  expect(await response?.text()).toContain('allowedHosts');
  await page.close();
});

test('a page cannot show the server in a frame', async () => {
  const text = await onPage('foe.example', async (page) => {
    await page.setContent(`<iframe src="${portside.url}/health"></iframe>`);
    const frame = page.frames().at(-1);
    await frame?.waitForLoadState();
    return (await frame?.content()) ?? '';
  });
  expect(text).not.toContain('bridge');
});
