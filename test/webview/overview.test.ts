import { describe, expect, it } from 'vitest';
import { mountApp, type MountedApp } from './support/mount-app.ts';
import { NOON, toOverview } from './support/panel-fixtures.ts';
import type { OverviewModel } from '../../src/panel/models.ts';

const show = async (model: OverviewModel): Promise<MountedApp> => {
  const app = await mountApp();
  app.tell('overview', model);
  await app.draw();
  return app;
};

const words = (element: HTMLElement): string => element.textContent.replaceAll(/\s+/gu, ' ').trim();
const idle = { baseUrl: null, port: null } as const;

describe('the overview', () => {
  it.each([
    { model: toOverview(), heading: 'Running', action: null },
    { model: toOverview({ ...idle, status: 'starting' }), heading: 'Starting', action: null },
    {
      model: toOverview({ ...idle, status: 'stopped' }),
      heading: 'Stopped',
      action: { label: 'Start server', command: 'portside.startServer' },
    },
    {
      model: toOverview({ ...idle, status: 'stopped', needsSignIn: true }, { account: null }),
      heading: 'Stopped',
      action: { label: 'Sign in to Cursor', command: 'portside.signIn' },
    },
    {
      model: toOverview({ needsSignIn: true }, { account: null }),
      heading: 'Running',
      action: { label: 'Sign in to Cursor', command: 'portside.signIn' },
    },
    {
      model: toOverview({ ...idle, status: 'failed' }),
      heading: 'Failed',
      action: { label: 'Try again', command: 'portside.startServer' },
    },
    {
      model: toOverview({ status: 'served-elsewhere', canTakeOver: true }),
      heading: 'Served by another window',
      action: { label: 'Take over', command: 'portside.takeOverServer' },
    },
    { model: toOverview({ status: 'served-elsewhere' }), heading: 'Served by another window', action: null },
    {
      model: toOverview({ ...idle, status: 'stopped', isRestricted: true, needsSignIn: true }),
      heading: 'Restricted workspace',
      action: null,
    },
  ])('says $heading with $action', async ({ model, heading, action }) => {
    const app = await show(model);
    expect(words(app.find('.server-words h2'))).toBe(heading);
    expect(words(app.find('.server-words'))).toContain(model.server.summary);
    const primary = app.all('vscode-button:not([secondary])');
    expect(primary.map(words)).toEqual(action === null ? [] : [action.label]);
    primary[0]?.click();
    expect(app.commands('run')).toEqual(action === null ? [] : [{ command: action.command }]);
  });

  it('says why a restricted workspace has no server', async () => {
    const app = await show(toOverview({ ...idle, status: 'stopped', isRestricted: true }));
    expect(words(app.find('.server-words'))).toContain('not trusted');
  });

  it.each([
    { name: 'Copy Base URL', text: 'http://127.0.0.1:8765/v1', what: 'Base URL' },
    { name: 'Copy Port', text: '8765', what: 'Port' },
  ])('has $name', async ({ name, text, what }) => {
    const app = await show(toOverview());
    const button = app.named('button', name);
    button.click();
    expect(app.commands('copy')).toEqual([{ text, what }]);
    expect(button.classList.contains('is-copied')).toBe(true);
    expect(app.find('[role=status]').textContent).toBe(`${what} copied`);
  });

  it('shows account, activity and history', async () => {
    const app = await show(toOverview());
    const text = words(app.find('.overview'));
    expect(text).toContain('ada@example.com');
    expect(text).toContain('pro');
    expect(app.all('.tile').map(words)).toEqual([
      'Running now 2 1 waiting',
      'Answered 12 today',
      'Tokens 1.5M 1.5M in, 20K out',
      'Cost $1.50 estimated, list prices',
    ]);
    expect(app.all('.sparkline svg').map((chart) => chart.getAttribute('aria-label'))).toEqual([
      'Requests per minute in the last half hour: 2 in this minute, 4 at most.',
      'Median time to the first output by minutes in the last half hour: latest 700ms, longest 1.5s.',
    ]);
    expect(app.all('.sparkline rect')).toHaveLength(2);
  });

  it.each([
    { values: [null, 700, null], lines: 0, points: 1 },
    { values: [700, null, 900], lines: 0, points: 2 },
    { values: [700, 800, null, 900], lines: 1, points: 1 },
    { values: [null, 700, 800], lines: 1, points: 0 },
    { values: [null, null], lines: 0, points: 0 },
  ])('draws the times $values as $lines lines and $points points', async ({ values, lines, points }) => {
    const history = values.map((firstDeltaMs, index) => ({ at: NOON + index * 60_000, requests: 1, firstDeltaMs }));
    const app = await show(toOverview({}, { history }));
    const counts = app.all('.sparkline path').map((path) => path.getAttribute('d')?.match(/M/gu)?.length ?? 0);
    expect(counts).toEqual([lines, points]);
  });

  it('draws one request beside very many', async () => {
    const history = [1, 100_000].map((requests, index) => ({ at: NOON + index, requests, firstDeltaMs: null }));
    const app = await show(toOverview({}, { history }));
    for (const bar of app.all('.sparkline rect')) expect(Number(bar.getAttribute('height'))).toBeGreaterThanOrEqual(2);
  });

  it.each([
    { server: {}, tone: 'is-good', text: '' },
    { server: { needsSignIn: true }, tone: 'is-warning', text: 'Requests are refused until you sign in.' },
    { server: { ...idle, status: 'stopped', needsSignIn: true }, tone: 'is-quiet', text: 'then start the server.' },
    { server: { status: 'served-elsewhere', needsSignIn: true }, tone: 'is-quiet', text: 'Sign in once.' },
  ] as const)('says what $server means as $tone', async ({ server, tone, text }) => {
    const app = await show(toOverview(server));
    expect(app.find('.server-head').classList.contains(tone)).toBe(true);
    expect(words(app.find('.server-words'))).toContain(text);
    expect(words(app.find('.server-words')).includes('start the server')).toBe(text.includes('start the server'));
  });

  it.each([
    { status: 'ready', words: '' },
    { status: 'expiring', words: 'expires soon' },
    { status: 'expired', words: 'has expired' },
    { status: 'refused', words: 'refused this account' },
    { status: 'rate-limited', words: 'limit is reached' },
  ] as const)('says of an account that is $status "$words"', async ({ status, words: expected }) => {
    const { account } = toOverview();
    const app = await show(toOverview({}, { account: account === null ? null : { ...account, status } }));
    const trouble = app.all('.account-trouble');
    expect(trouble).toHaveLength(expected === '' ? 0 : 1);
    if (trouble[0] !== undefined) expect(words(trouble[0])).toContain(expected);
  });

  it('shows every warning', async () => {
    const app = await show(toOverview({ warnings: ['First.', 'Second.'] }));
    expect(app.all('.warning-list li').map(words)).toEqual(['First.', 'Second.']);
  });

  it('leads on to logs, settings, diagnostics and tools', async () => {
    const app = await show(toOverview());
    for (const name of ['Show logs', 'Settings', 'Copy diagnostics']) app.named('button', name).click();
    expect(app.commands('run')).toEqual([
      { command: 'portside.showLogs' },
      { command: 'portside.openSettings' },
      { command: 'portside.copyDiagnostics' },
    ]);
    app.named('button', 'Connect a tool').click();
    expect(app.find('[role=tabpanel]').id).toBe('panel-connect');
  });

  it('shows nothing of use where there was none', async () => {
    const app = await show(
      toOverview(
        { ...idle, status: 'stopped' },
        { today: { requests: 0, inputTokens: 0, outputTokens: 0, costUsd: 0 }, history: [] },
      ),
    );
    expect(app.all('.tile, .sparkline, code')).toEqual([]);
  });
});
