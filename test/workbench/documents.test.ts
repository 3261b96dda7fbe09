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
const open = async (path: string, colorScheme: (typeof SCHEMES)[number], width = 1440): Promise<OpenPage> => {
  const context = await browser.newContext({ colorScheme, viewport: { width, height: 900 }, locale: 'en-US' });
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

/** Name and outline of what has the focus. */
const DESCRIBE_FOCUS = `(() => {
  const element = document.activeElement;
  const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(element);
  const operation = element.matches('.opblock-summary-control') && element.closest('.opblock').id.split('-').at(-1);
  return [operation || element.tagName + '.' + element.className, [outlineStyle, outlineWidth, outlineColor].join(' ')];
})()`;

/** How wide the page is, beyond the window too. */
const WIDTH = 'document.documentElement.scrollWidth';

/** Opens an operation of `/docs` and sends its request as it stands there, until the answer is shown. */
const execute = async (page: Page, operation: string): Promise<void> => {
  const block = page.locator(operation);
  await block.locator('.opblock-summary-control').click();
  await block.getByRole('button', { name: 'Execute' }).click();
  await block.locator('.live-responses-table .response-col_status', { hasText: /\d/ }).waitFor();
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
    // The field of the token has the focus, and does not show what is put in.
    expect(await page.evaluate("[...document.querySelectorAll('.modal-ux input')].map(({ type }) => type)")).toEqual([
      'password',
      'password',
    ]);
    await page.keyboard.type(portside.token);
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Remove authorization' }).waitFor();
    await page.locator('.close-modal').click();

    await operation.locator('.opblock-summary-control').click();
    await operation.getByRole('button', { name: 'Execute' }).click();
    const answer = operation.locator('.live-responses-table');
    await answer.getByText("This is Portside's simulator.", { exact: false }).waitFor();
    expect(await answer.innerText()).toContain('"object": "chat.completion"');
    // Nor does the command that does the same, of which pictures are sent around.
    expect(await operation.locator('.curl').innerText()).toContain('Authorization: Bearer YOUR_TOKEN');
    expect(await page.content()).not.toContain(portside.token);
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

  test('/docs shows what has the focus, wherever the keyboard goes', async () => {
    const { page } = await open('/docs', scheme);
    await execute(page, '#operations-Models-listModels');
    await page.locator('#operations-Models-listModels .opblock-summary-control').focus();
    const passed: string[] = [];
    const withoutRing: string[] = [];
    // Up to the operation behind the open one.
    while (!passed.includes('getModel')) {
      await page.keyboard.press('Tab');
      const [name, ring] = await page.evaluate<[string, string]>(DESCRIBE_FOCUS);
      passed.push(name);
      if (!/^solid [3-9]px /.test(ring)) withoutRing.push(`${name}: ${ring}`);
      if (passed.length > 120) throw new Error(`The keyboard does not get on: ${passed.join(', ')}`);
    }
    expect(passed.length).toBeGreaterThan(12);
    expect(withoutRing).toEqual([]);
  });

  test('/docs fits on a narrow screen, and what is too wide scrolls by itself', async () => {
    const { page } = await open('/docs', scheme, 400);
    await page.locator('.opblock').first().waitFor();
    expect(await page.evaluate(WIDTH)).toBe(400);
    for (const operation of ['#operations-Messages-createMessage', '#operations-Models-listModels']) {
      await execute(page, operation);
      expect(await page.evaluate(WIDTH)).toBe(400);
    }
    // A heading that is squashed has a line for each word of what stands beside it.
    const headings = await page.evaluate<number[]>(
      "[...document.querySelectorAll('.opblock-tag')].map((heading) => heading.getBoundingClientRect().height)",
    );
    expect(Math.max(...headings)).toBeLessThan(150);
    expect(await findAccessibilityProblems(page)).toEqual([]);
    await keepScreenshot(page, `docs-narrow-${scheme}`);
    await page.getByRole('button', { name: 'Authorize', exact: true }).click();
    const dialog = await page.getByRole('dialog').boundingBox();
    expect(dialog?.width).toBeLessThanOrEqual(400);
    expect(dialog?.x).toBeGreaterThanOrEqual(0);
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

describe('the dialog for the token', () => {
  const isInDialog = "document.activeElement?.closest('[role=dialog]') !== null";
  const AUTHORIZE = "document.activeElement.matches('.auth-wrapper > .authorize')";
  const LOCK = "document.activeElement.matches('#operations-Models-listModels .authorization__btn')";

  /** How many stops there are beside the dialog. */
  const COUNT_BEHIND = "document.querySelectorAll(':is(a, button):not([role=dialog] *, [inert], [inert] *)').length";

  test('holds the focus, also when a token was put in', async () => {
    const { page } = await open('/docs', 'light');
    await page.getByRole('button', { name: 'Authorize', exact: true }).click();
    const dialog = page.getByRole('dialog', { name: 'Available authorizations' });
    await dialog.waitFor();
    const pressOften = async (key: string): Promise<number> => {
      const passed = new Set<string>();
      for (let count = 0; count < 16; count += 1) {
        await page.keyboard.press(key);
        expect(await page.evaluate(isInDialog)).toBe(true);
        passed.add(
          await page.evaluate<string>(
            "String([...document.querySelectorAll('[role=dialog] *')].indexOf(document.activeElement))",
          ),
        );
      }
      return passed.size;
    };
    // Two fields with two buttons each, and the one that closes.
    expect([await pressOften('Tab'), await pressOften('Shift+Tab')]).toEqual([7, 7]);
    await dialog.locator('input').last().fill(portside.token);
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Remove authorization' }).waitFor();
    expect(await page.evaluate("document.activeElement.getAttribute('aria-label')")).toBe('Close without change');
    expect([await pressOften('Tab'), await pressOften('Shift+Tab')]).toEqual([6, 6]);
    // What is behind it is out of reach for pointers and readers of the screen as well.
    expect(await page.evaluate(COUNT_BEHIND)).toBe(0);
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    expect(await page.evaluate(AUTHORIZE)).toBe(true);
    expect(await page.evaluate(COUNT_BEHIND)).toBeGreaterThan(50);
  });

  test.each([
    ['Escape', '.auth-wrapper > .authorize', AUTHORIZE, (page: Page) => page.keyboard.press('Escape')],
    ['its cross', '.auth-wrapper > .authorize', AUTHORIZE, (page: Page) => page.locator('.close-modal').click()],
    [
      'a button, to the lock of an operation',
      '#operations-Models-listModels .authorization__btn',
      LOCK,
      (page: Page) => page.locator('.btn-done').last().press('Enter'),
    ],
  ])('gives the focus back when it is closed by %s', async (_way, opener, hasFocus, close) => {
    const { page } = await open('/docs', 'dark');
    await page.locator(opener).click();
    await page.getByRole('dialog').waitFor();
    expect(await page.evaluate(isInDialog)).toBe(true);
    await close(page);
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(await page.evaluate(hasFocus)).toBe(true);
  });
});
