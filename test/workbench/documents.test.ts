import axe from 'axe-core';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { type PortsideProcess, startPortside } from '../support/portside-process.ts';
import { findChromium } from './host/install-host.mjs';
import { keepScreenshot } from './support/keep-screenshot.ts';

const SCHEMES = ['light', 'dark'] as const;

let portside: PortsideProcess;
let browser: Browser;

beforeAll(async () => {
  portside = await startPortside();
  const executablePath = await findChromium();
  if (executablePath === undefined) throw new Error('There is no Chromium.');
  browser = await chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-gpu', '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1'],
  });
});
afterAll(async () => {
  await browser?.close();
  await portside?.[Symbol.asyncDispose]();
});

/** What a page did that it should not have done; filled while it is open. */
interface OpenPage {
  readonly page: Page;
  readonly addresses: string[];
  readonly faults: string[];
}

/** Opens a page of the server in a profile of its own, until the test ends. */
const open = async (path: string, colorScheme: (typeof SCHEMES)[number]): Promise<OpenPage> => {
  const context = await browser.newContext({ colorScheme, viewport: { width: 1440, height: 900 }, locale: 'en-US' });
  onTestFinished(() => context.close());
  const page = await context.newPage();
  const addresses: string[] = [];
  const faults: string[] = [];
  page.on('request', (request) => addresses.push(request.url()));
  page.on('pageerror', (error) => faults.push(error.message));
  // What a policy forbids is told there too.
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(message.text());
  });
  await page.goto(`${portside.url}${path}`);
  return { page, addresses, faults };
};

/** Everything that was asked for was this server's, and nothing went wrong. */
const expectQuiet = ({ addresses, faults }: OpenPage): void => {
  const away = addresses.filter(
    (address) => !address.startsWith(`${portside.url}/`) && !/^(?:data|blob):/.test(address),
  );
  expect({ away, faults }).toEqual({ away: [], faults: [] });
};

interface Finding {
  readonly id: string;
  readonly impact: string | null;
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
}

/** What axe-core finds serious or critical, one line each. It is run from outside: the page's own policy lets no such script in. */
const findAccessibilityProblems = async (page: Page): Promise<readonly string[]> => {
  await page.evaluate(axe.source);
  const findings = await page.evaluate<readonly Finding[]>(
    "axe.run(document, { preload: false, resultTypes: ['violations'] }).then(({ violations }) => violations)",
  );
  return findings
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary = '' }) => `${id}: ${html} ${failureSummary.replaceAll(/\s+/g, ' ')}`),
    );
};

/** Presses a key until what has the focus is what is looked for. */
const pressUntil = async (page: Page, key: string, expression: string): Promise<void> => {
  for (let count = 0; count < 40; count += 1) {
    await page.keyboard.press(key);
    if (await page.evaluate<boolean>(expression)) return;
  }
  throw new Error(`The keyboard does not get to ${expression}.`);
};

describe.each(SCHEMES)('in %s colours', (scheme) => {
  test('the first page says where to go', async () => {
    const opened = await open('/', scheme);
    const { page } = opened;
    await page.getByText('Running', { exact: true }).waitFor();
    await page.getByText(portside.baseUrl, { exact: true }).waitFor();
    expect(await findAccessibilityProblems(page)).toEqual([]);
    await keepScreenshot(page, `index-${scheme}`);
    await pressUntil(page, 'Tab', "document.activeElement?.textContent.includes('Try the API')");
    await page.keyboard.press('Enter');
    await page.waitForURL(`${portside.url}/docs`);
    expectQuiet(opened);
  });

  test('/docs sends requests with the token that was put in by the keyboard', async () => {
    const opened = await open('/docs', scheme);
    const { page, addresses } = opened;
    const operation = page
      .locator('.opblock', { has: page.getByText('/v1/chat/completions', { exact: true }) })
      .first();
    await operation.waitFor();
    await pressUntil(page, 'Tab', "document.activeElement?.matches('.auth-wrapper > .authorize')");
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Available authorizations' }).waitFor();
    expect(await findAccessibilityProblems(page)).toEqual([]);
    await keepScreenshot(page, `docs-token-${scheme}`);
    // The field of the token has the focus.
    await page.keyboard.type(portside.token);
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Remove authorization' }).waitFor();
    await page.locator('.close-modal').click();

    await operation.locator('.opblock-summary-control').click();
    await operation.getByRole('button', { name: 'Execute' }).click();
    const answer = operation.locator('.live-responses-table');
    await answer.getByText("This is Portside's simulator.", { exact: false }).waitFor();
    expect(await answer.innerText()).toContain('"object": "chat.completion"');
    expect(await findAccessibilityProblems(page)).toEqual([]);
    await keepScreenshot(page, `docs-answer-${scheme}`);

    const models = page.locator('#operations-Models-listModels');
    await models.locator('.opblock-summary-control').click();
    await models.getByRole('button', { name: 'Execute' }).click();
    await models.locator('.live-responses-table').getByText('composer-2.5', { exact: false }).first().waitFor();

    expect(addresses.filter((address) => address.includes(portside.token))).toEqual([]);
    expectQuiet(opened);
    // Nothing of it is left for the next who opens the page.
    expect(await page.evaluate('JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie])')).toBe(
      '[{},{},""]',
    );
    await page.reload();
    await page.getByRole('button', { name: 'Authorize', exact: true }).click();
    await page.getByRole('button', { name: 'Authorize: apply credentials' }).first().waitFor();
  });

  test('/redoc shows every part, and finds', async () => {
    const opened = await open('/redoc', scheme);
    const { page } = opened;
    await page.getByRole('heading', { name: 'Create a chat completion' }).first().waitFor();
    expect(await findAccessibilityProblems(page)).toEqual([]);
    await keepScreenshot(page, `redoc-${scheme}`);
    await page.locator('input.search-input').fill('count_tokens');
    await page.locator('[data-role="search:results"]').getByText('Count the tokens of a message').first().waitFor();
    expectQuiet(opened);
  });
});

test('without a token, a request from the page is refused in words', async () => {
  const { page } = await open('/docs', 'light');
  const models = page.locator('#operations-Models-listModels');
  await models.locator('.opblock-summary-control').click();
  await models.getByRole('button', { name: 'Execute' }).click();
  await models.locator('.live-responses-table').getByText('invalid_api_key', { exact: false }).first().waitFor();
});
