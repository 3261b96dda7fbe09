import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { SessionRow } from '../../src/panel/models.ts';
import { shortenId } from '../../src/webview/views/sessions/shorten-id.ts';
import { createSessionsView } from '../../src/webview/views/sessions/create-sessions-view.ts';
import { mountView } from './support/mount-view.ts';

const NOW = Date.UTC(2026, 10, 22, 12);

const toRow = (change: Partial<SessionRow> = {}): SessionRow => ({
  state: 'conversation',
  id: 'agent-0123456789abcdef0123456789abcdef',
  owner: 'default',
  model: 'composer-1',
  createdAt: NOW - 3_600_000,
  lastUsedAt: NOW - 120_000,
  turns: 4,
  usage: { inputTokens: 1_000, outputTokens: 200, cacheReadTokens: 300, cacheWriteTokens: 0, reasoningTokens: 0 },
  pendingTools: [],
  sessionId: null,
  tokenName: 'laptop',
  ...change,
});

const readFacts = (card: Element): Readonly<Record<string, string>> =>
  Object.fromEntries(
    [...card.querySelectorAll('.fact')].map((fact) => [
      fact.querySelector('dt')?.textContent ?? '',
      fact.querySelector('dd')?.textContent ?? '',
    ]),
  );

beforeEach(() => {
  vi.useFakeTimers({ now: NOW, toFake: ['Date', 'setInterval', 'clearInterval', 'setTimeout', 'clearTimeout'] });
});

afterEach(() => {
  vi.useRealTimers();
});

describe('the sessions view', () => {
  it('says that it loads, then what would be here', async () => {
    const page = mountView(createSessionsView);
    await page.settle();
    expect(page.root.textContent).toContain('Loading');
    page.view.update({ rows: [] });
    await page.settle();
    expect(page.find('h2').textContent).toBe('Nothing is kept now');
    expect(page.has('vscode-button')).toBe(false);
  });

  it('shows held runs, named sessions and conversations in groups, with all that is known', async () => {
    const page = mountView(createSessionsView);
    page.view.update({
      rows: [
        toRow(),
        toRow({ state: 'session', id: 'notes', usage: null, tokenName: null }),
        toRow({ state: 'held', id: 'run-1', pendingTools: ['read_file', 'grep'], sessionId: 'notes' }),
      ],
    });
    await page.settle();
    expect([...page.root.querySelectorAll('h2')].map(({ textContent }) => textContent)).toEqual([
      'Held tool calls (1)',
      'Named sessions (1)',
      'Conversations (1)',
    ]);
    const [held, session, conversation] = page.root.querySelectorAll('.card');
    expect(held?.textContent).toContain('Waits for: read_file, grep');
    expect(held === undefined ? {} : readFacts(held)).toMatchObject({ Session: 'notes' });
    expect(session === undefined ? {} : readFacts(session)).toMatchObject({
      Tokens: 'Not reported',
      'Access token': 'Not known',
    });
    expect(conversation === undefined ? {} : readFacts(conversation)).toEqual({
      Model: 'composer-1',
      'Last used': '2 min. ago',
      Started: '1 hr. ago',
      Turns: '4',
      Tokens: '1,500',
      'Access token': 'laptop',
    });
    expect(conversation?.querySelector('h3')?.title).toBe('agent-0123456789abcdef0123456789abcdef');
  });

  it('marks estimated tokens', async () => {
    const page = mountView(createSessionsView);
    const usage = { inputTokens: 10, outputTokens: 2, cacheReadTokens: 0, cacheWriteTokens: 0, reasoningTokens: 0 };
    page.view.update({ rows: [toRow({ usage: { ...usage, isEstimated: true } })] });
    await page.settle();
    expect(readFacts(page.find('.card'))).toMatchObject({ Tokens: 'about 12' });
  });

  it('copies a whole id, closes one and closes all', async () => {
    const page = mountView(createSessionsView);
    const row = toRow();
    page.view.update({ rows: [row] });
    await page.settle();
    await page.click('button', 'Copy ID of agent-012345…abcdef');
    expect(page.commands('copy')).toEqual([{ text: row.id, what: 'ID of agent-012345…abcdef' }]);
    await page.click('button', 'Close agent-012345…abcdef');
    expect(page.commands('sessions/close')).toEqual([{ state: 'conversation', id: row.id }]);
    expect(page.announced()).toBe('Closing agent-012345…abcdef');
    await page.click('vscode-button', 'Close all');
    expect(page.commands('sessions/close-all')).toEqual([null]);
  });

  it('keeps the focus in the list as a closed one goes', async () => {
    const page = mountView(createSessionsView);
    const rows = ['a', 'b', 'c'].map((id) => toRow({ id }));
    page.view.update({ rows });
    await page.settle();
    await page.click('button', 'Close b');
    page.view.update({ rows: rows.filter(({ id }) => id !== 'b') });
    await page.settle();
    expect(document.activeElement).toBe(page.find('button', 'Close c'));
    page.view.update({ rows: rows.filter(({ id }) => id === 'a') });
    await page.settle();
    expect(document.activeElement).toBe(page.find('button', 'Close a'));
    page.view.update({ rows: [] });
    await page.settle();
    expect(document.activeElement).toBe(page.find('.sessions-view'));
    expect(page.announced()).toBe('Nothing is kept now');
  });

  it('keeps the focus on a row that moves', async () => {
    const page = mountView(createSessionsView);
    const rows = ['a', 'b', 'c'].map((id) => toRow({ id }));
    page.view.update({ rows });
    await page.settle();
    page.find('button', 'Copy ID of a').focus();
    page.view.update({ rows: rows.toReversed() });
    await page.settle();
    expect(document.activeElement).toBe(page.find('button', 'Copy ID of a'));
  });

  it('asks for fresh ages as long as it is shown', async () => {
    let asked = 0;
    const page = mountView((context) =>
      createSessionsView({
        ...context,
        invalidate: () => {
          asked += 1;
        },
      }),
    );
    page.view.update({ rows: [toRow({ lastUsedAt: NOW })] });
    await page.settle();
    asked = 0;
    vi.advanceTimersByTime(60_000);
    expect(asked).toBeGreaterThan(3);
    await page.settle();
    expect(readFacts(page.find('.card'))).toMatchObject({ 'Last used': '1 min. ago' });
    await page.show(false);
    asked = 0;
    vi.advanceTimersByTime(60_000);
    expect(asked).toBe(0);
    await page.show(true);
    vi.advanceTimersByTime(60_000);
    expect(asked).toBeGreaterThan(3);
  });
});

describe('shortenId', () => {
  it.each([
    ['short', 'short'],
    ['x'.repeat(24), 'x'.repeat(24)],
    ['agent-0123456789abcdef0123456789abcdef', 'agent-012345…abcdef'],
    ['😀'.repeat(30), `${'😀'.repeat(12)}…${'😀'.repeat(6)}`],
  ])('%s', (id, short) => {
    expect(shortenId(id)).toBe(short);
  });
});
