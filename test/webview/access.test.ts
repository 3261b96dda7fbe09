import { describe, expect, it } from 'vitest';
import type { AccessTokenInfo } from '../../src/core/access-token.ts';
import type { AccountInfo } from '../../src/core/account.ts';
import type { AccessModel } from '../../src/panel/models.ts';
import { createAccessView } from '../../src/webview/views/access/create-access-view.ts';
import { mountView, type MountedView } from './support/mount-view.ts';

const SECRET = 'psk_0123456789abcdefghijklmnopqrstuvwxyz';
const DAY_MS = 86_400_000;

const toToken = (change: Partial<AccessTokenInfo> = {}): AccessTokenInfo => ({
  id: 'tok_1',
  name: 'laptop',
  createdAt: 0,
  lastUsedAt: null,
  requestCount: 0,
  expiresAt: null,
  account: null,
  models: null,
  requestsPerMinute: null,
  ...change,
});

const toAccount = (change: Partial<AccountInfo> = {}): AccountInfo => ({
  name: 'work',
  source: 'browser',
  email: 'ada@example.com',
  plan: 'pro',
  expiresAt: null,
  status: 'ready',
  isDefault: true,
  ...change,
});

const DEFAULT_TOKEN = toToken({ id: 'default', name: 'default' });

const mount = async (
  change: Partial<AccessModel> = {},
  state?: unknown,
): Promise<MountedView<ReturnType<typeof createAccessView>>> => {
  const page = mountView(createAccessView, state);
  page.view.update({ tokens: [DEFAULT_TOKEN, toToken()], accounts: [toAccount()], warnings: [], ...change });
  await page.settle();
  return page;
};

const readFacts = (card: Element | undefined): Readonly<Record<string, string>> =>
  Object.fromEntries(
    [...(card?.querySelectorAll('.fact') ?? [])].map((fact) => [
      fact.querySelector('dt')?.textContent ?? '',
      fact.querySelector('dd')?.textContent ?? '',
    ]),
  );

const submit = async (page: Awaited<ReturnType<typeof mount>>): Promise<void> => {
  page.find('form').dispatchEvent(new Event('submit', { bubbles: true, cancelable: true }));
  await page.settle();
};

/** The words that a field is described by. */
const describeField = (page: Awaited<ReturnType<typeof mount>>, field: string): string =>
  (page.find(`#new-token-${field}`).getAttribute('aria-describedby') ?? '')
    .split(' ')
    .map((id) => (id === '' ? '' : page.find(`#${id}`).textContent.trim()))
    .join(' | ');

describe('access tokens', () => {
  it('shows warnings above all, and what is known of each token', async () => {
    const now = Date.now();
    const page = await mount({
      tokens: [
        DEFAULT_TOKEN,
        toToken({
          lastUsedAt: now - 3 * 60_000 - 500,
          requestCount: 1_234,
          expiresAt: now + 5 * DAY_MS + 60_000,
          account: 'work',
          models: ['composer-1', 'gpt-5'],
          requestsPerMinute: 20,
        }),
      ],
      warnings: ['No token is required.'],
    });
    expect(page.root.querySelector('.access-view > :not([hidden])')?.textContent).toContain('No token is required.');
    const [first, second] = page.root.querySelectorAll('.card');
    expect(readFacts(first)).toEqual({
      'Last used': 'Never',
      Requests: '0',
      Expires: 'Never',
      Account: 'The default one',
      Models: 'All',
      'Rate limit': 'None',
    });
    expect(readFacts(second)).toEqual({
      'Last used': '3 min. ago',
      Requests: '1,234',
      Expires: 'in 5 days',
      Account: 'work',
      Models: 'composer-1, gpt-5',
      'Rate limit': '20 per minute',
    });
  });

  it('says in words that a token has expired', async () => {
    const page = await mount({ tokens: [toToken({ expiresAt: Date.now() - DAY_MS })] });
    expect(page.find('.card-header .status').textContent).toBe('Expired');
  });

  it('copies and replaces the default one, which cannot be revoked', async () => {
    const page = await mount({ tokens: [DEFAULT_TOKEN] });
    await page.click('button', 'Copy the token default');
    await page.click('button', 'Replace the token default');
    expect(page.commands('command/run')).toEqual([
      { command: 'portside.copyAccessToken' },
      { command: 'portside.rotateAccessToken' },
    ]);
    expect(page.has('button', 'Revoke')).toBe(false);
  });

  it('revokes once per question, and keeps the focus in the list', async () => {
    const page = await mount({ tokens: [DEFAULT_TOKEN, toToken(), toToken({ id: 'tok_2', name: 'ci' })] });
    await page.click('button', 'Revoke the token laptop');
    await page.click('button', 'Revoke the token laptop');
    const [request, ...others] = page.requests('tokens/revoke');
    expect(others).toEqual([]);
    expect(request?.params).toEqual({ id: 'tok_1' });
    page.view.update({ tokens: [DEFAULT_TOKEN, toToken({ id: 'tok_2', name: 'ci' })], accounts: [], warnings: [] });
    await page.answer(request, true);
    expect(page.announced()).toBe('The token laptop is revoked');
    expect(document.activeElement).toBe(page.find('button', 'Revoke the token ci'));
  });

  it('says nothing where the user has changed their mind, and what went wrong where something did', async () => {
    const page = await mount();
    await page.click('button', 'Revoke');
    await page.answer(page.requests('tokens/revoke')[0], false);
    expect(page.announced()).toBe('');
    await page.click('button', 'Revoke');
    await page.fail(page.requests('tokens/revoke')[1], 'The disk is full.');
    expect(page.find('[role=alert]').textContent).toContain('The disk is full.');
    await page.click('button', 'Revoke');
    expect(page.has('[role=alert]')).toBe(false);
  });
});

describe('a new access token', () => {
  it('is asked for with what was typed', async () => {
    const page = await mount();
    await page.click('vscode-button', 'Create token');
    expect(document.activeElement?.id).toBe('new-token-name');
    await page.type('#new-token-name', '  CI ');
    await page.type('#new-token-expiresInDays', '30');
    await page.type('#new-token-account', 'work');
    await page.type('#new-token-models', 'composer-1, gpt-5,, composer-1');
    await page.type('#new-token-requestsPerMinute', '20');
    await submit(page);
    expect(page.requests('tokens/create').map(({ params }) => params)).toEqual([
      { name: 'CI', expiresInDays: 30, account: 'work', models: ['composer-1', 'gpt-5'], requestsPerMinute: 20 },
    ]);
  });

  it('has no limits where nothing was typed, and is asked for once', async () => {
    const page = await mount();
    await page.click('vscode-button', 'Create token');
    await page.type('#new-token-name', 'CI');
    await page.click('vscode-button', 'Create');
    expect(page.find('vscode-button', 'Creating').hasAttribute('disabled')).toBe(true);
    await submit(page);
    expect(page.requests('tokens/create').map(({ params }) => params)).toEqual([
      { name: 'CI', expiresInDays: null, account: null, models: null, requestsPerMinute: null },
    ]);
  });

  it.each([
    ['name', ' ', 'Give the token a name'],
    ['name', 'x'.repeat(65), 'The name is too long: 64 characters'],
    ['expiresInDays', '0', 'whole number from 1 to 3650'],
    ['expiresInDays', '1.5', 'whole number'],
    ['expiresInDays', 'soon', 'whole number'],
    ['expiresInDays', '4000', 'whole number'],
    ['models', ' , ', 'IDs of models'],
    ['requestsPerMinute', '-1', 'whole number'],
    ['requestsPerMinute', '1e3', 'whole number'],
    ['requestsPerMinute', '99999999999', 'whole number'],
  ])('has a wrong %s "%s" marked, focused and kept', async (field, typed, message) => {
    const page = await mount();
    await page.click('vscode-button', 'Create token');
    await page.type('#new-token-name', 'CI');
    await page.type(`#new-token-${field}`, typed);
    await page.click('vscode-button', 'Create');
    expect(page.requests('tokens/create')).toEqual([]);
    expect(page.root.querySelectorAll('[aria-invalid=true]')).toHaveLength(1);
    expect(page.find('[aria-invalid=true]').id).toBe(`new-token-${field}`);
    expect(describeField(page, field)).toContain(message);
    expect(document.activeElement?.id).toBe(`new-token-${field}`);
    expect(page.find(`#new-token-${field}`)).toHaveProperty('value', typed);
    await page.type(`#new-token-${field}`, '7');
    expect(page.has('[aria-invalid=true]')).toBe(false);
  });

  it.each([
    [
      'refused',
      async (page: Awaited<ReturnType<typeof mount>>) =>
        page.answer(page.requests('tokens/create')[0], { status: 'refused', message: 'There is one of this name.' }),
    ],
    [
      'failed',
      async (page: Awaited<ReturnType<typeof mount>>) =>
        page.fail(page.requests('tokens/create')[0], 'There is one of this name.'),
    ],
  ])('keeps what was typed where it is %s', async (_, refuse) => {
    const page = await mount();
    await page.click('vscode-button', 'Create token');
    await page.type('#new-token-name', 'laptop');
    await page.type('#new-token-models', 'gpt-5');
    await submit(page);
    await refuse(page);
    expect(page.find('[role=alert]').textContent).toContain('There is one of this name.');
    expect(page.find('#new-token-name')).toHaveProperty('value', 'laptop');
    expect(page.find('#new-token-models')).toHaveProperty('value', 'gpt-5');
    await submit(page);
    expect(page.requests('tokens/create')).toHaveLength(2);
    expect(page.has('[role=alert]')).toBe(false);
  });

  it('keeps what was typed while the panel is hidden, also as accounts change', async () => {
    const page = await mount();
    await page.click('vscode-button', 'Create token');
    await page.type('#new-token-name', 'CI');
    await page.type('#new-token-account', 'work');
    await page.type('#new-token-expiresInDays', 'soon');
    const again = await mount({ accounts: [] }, page.state());
    expect(again.find('#new-token-name')).toHaveProperty('value', 'CI');
    expect(again.find('#new-token-expiresInDays')).toHaveProperty('value', 'soon');
    expect(again.find('#new-token-account')).toHaveProperty('value', 'work');
    await again.click('vscode-button', 'Cancel');
    expect(document.activeElement).toBe(again.find('vscode-button', 'Create token'));
    expect((await mount({}, again.state())).has('form')).toBe(false);
  });

  it.each([[null], [42], ['text'], [{ 'view.access.newToken': { name: 1 } }], [{ 'view.access.newToken': 'x' }]])(
    'starts well where %j was kept',
    async (state) => {
      const page = await mount({}, state);
      expect(page.has('.card')).toBe(true);
    },
  );
});

describe('the created token', () => {
  const create = async (): Promise<Awaited<ReturnType<typeof mount>>> => {
    const page = await mount();
    await page.click('vscode-button', 'Create token');
    await page.type('#new-token-name', 'CI');
    await submit(page);
    await page.answer(page.requests('tokens/create')[0], { status: 'created', token: SECRET, name: 'CI' });
    return page;
  };

  it('is shown with the focus on it, copied by the extension, and kept nowhere', async () => {
    const page = await create();
    expect(page.find('.created-token-text').textContent).toBe(SECRET);
    expect(document.activeElement?.id).toBe('created-token-title');
    expect(page.announced()).not.toContain(SECRET);
    await page.click('vscode-button', 'Copy token');
    expect(page.commands('tokens/copy')).toEqual([null]);
    expect(page.commands('copy')).toEqual([]);
    expect(page.has('vscode-button', 'Copied')).toBe(true);
    expect(JSON.stringify(page.state())).not.toContain(SECRET);
  });

  it('is gone after Done, and stays gone', async () => {
    const page = await create();
    await page.click('vscode-button', 'Done');
    expect(document.body.outerHTML).not.toContain(SECRET);
    expect(page.commands('tokens/forget')).toEqual([null]);
    expect(document.activeElement).toBe(page.find('vscode-button', 'Create token'));
    page.view.update({ tokens: [DEFAULT_TOKEN], accounts: [], warnings: [] });
    await page.settle();
    expect(document.body.outerHTML).not.toContain(SECRET);
    expect(JSON.stringify(page.state())).not.toContain(SECRET);
  });

  it('stays while the lists change, and is gone after another tab was shown', async () => {
    const page = await create();
    page.view.update({ tokens: [DEFAULT_TOKEN, toToken({ name: 'CI' })], accounts: [], warnings: [] });
    await page.settle();
    expect(page.find('.created-token-text').textContent).toBe(SECRET);
    expect(page.commands('tokens/forget')).toEqual([]);
    await page.show(false);
    expect(page.commands('tokens/forget')).toEqual([null]);
    await page.show(true);
    expect(page.commands('tokens/forget')).toEqual([null]);
    expect(document.body.outerHTML).not.toContain(SECRET);
    expect(page.has('vscode-button', 'Create token')).toBe(true);
  });

  it('is gone after a reload', async () => {
    const page = await create();
    const again = await mount({}, page.state());
    expect(document.body.outerHTML).not.toContain(SECRET);
    expect(again.has('vscode-button', 'Create token')).toBe(true);
  });
});

describe('accounts', () => {
  it.each([
    [{ status: 'ready' }, 'Ready.', false],
    [
      { status: 'expiring', expiresAt: Date.UTC(2026, 10, 24, 12) },
      'The sign-in expires on Nov 24, 2026. Sign in again.',
      true,
    ],
    [{ status: 'expired' }, 'The sign-in has expired. Sign in again.', true],
    [
      { status: 'refused', source: 'key' },
      'Cursor does not accept this sign-in any more. Sign in again, with a valid key.',
      true,
    ],
    [
      { status: 'rate-limited' },
      'Cursor limits the rate of requests for this account at the moment. Wait, or use another account.',
      false,
    ],
    [
      { status: 'refused', source: 'environment' },
      'Cursor does not accept this sign-in any more. Set a valid key in CURSOR_API_KEY, and start the editor anew.',
      false,
    ],
  ] satisfies readonly (readonly [Partial<AccountInfo>, string, boolean])[])(
    'say how they are: %j',
    async (change, words, canSignIn) => {
      const page = await mount({ tokens: [], accounts: [toAccount(change)] });
      expect(page.find('.card .status').textContent.trim()).toBe(words);
      expect(page.has('.card button', 'Sign in again')).toBe(canSignIn);
    },
  );

  it('show whose they are, and which is the default one', async () => {
    const page = await mount({
      tokens: [],
      accounts: [toAccount(), toAccount({ name: 'home', email: null, plan: null, isDefault: false })],
    });
    const [work, home] = page.root.querySelectorAll('.card');
    expect(readFacts(work)).toEqual({ Email: 'ada@example.com', Plan: 'pro', Source: 'signed in with the browser' });
    expect(readFacts(home)).toEqual({ Source: 'signed in with the browser' });
    expect([work, home].map((card) => card?.querySelector('.badge')?.textContent ?? null)).toEqual(['Default', null]);
  });

  it('are switched, signed out of and added', async () => {
    const page = await mount({
      tokens: [],
      accounts: [
        toAccount(),
        toAccount({ name: 'home', isDefault: false }),
        toAccount({ name: 'environment', source: 'environment', isDefault: false }),
      ],
    });
    await page.click('button', 'Make default: home');
    await page.click('button', 'Sign out of work');
    await page.click('vscode-button', 'Add account');
    expect(page.commands('accounts/use')).toEqual([{ name: 'home' }]);
    expect(page.commands('accounts/remove')).toEqual([{ name: 'work' }]);
    expect(page.commands('command/run')).toEqual([{ command: 'portside.signIn' }]);
    expect(page.has('button', 'Make default: work')).toBe(false);
    expect(page.has('button', 'Sign out of environment')).toBe(false);
  });

  it('keep the focus on the account that becomes the default one', async () => {
    const home = toAccount({ name: 'home', isDefault: false });
    const page = await mount({ tokens: [], accounts: [toAccount(), home] });
    await page.click('button', 'Make default: home');
    page.view.update({
      tokens: [],
      accounts: [
        { ...home, isDefault: true },
        { ...toAccount(), isDefault: false },
      ],
      warnings: [],
    });
    await page.settle();
    expect(document.activeElement).toBe(page.find('button', 'Sign out of home'));
  });

  it('ask to sign in where there is none, with the focus there as the last one goes', async () => {
    const page = await mount({ tokens: [] });
    page.find('button', 'Sign out of work').focus();
    page.view.update({ tokens: [], accounts: [], warnings: [] });
    await page.settle();
    const signIn = page.find('vscode-button', 'Sign in');
    expect(document.activeElement).toBe(signIn);
    await page.click('vscode-button', 'Sign in');
    expect(page.commands('command/run')).toEqual([{ command: 'portside.signIn' }]);
  });
});
