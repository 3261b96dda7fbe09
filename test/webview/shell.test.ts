import { render } from 'lit';
import { describe, expect, expectTypeOf, it, onTestFinished, vi } from 'vitest';
import type { MessageToExtension, NotificationHandlers } from '../../src/panel/contract/define.ts';
import { PANEL_TABS, type panelNotifications } from '../../src/panel/contract/panel-messages.ts';
import { breakable } from '../../src/webview/components/breakable.ts';
import { formatAge } from '../../src/webview/components/format-age.ts';
import { createAnnouncer } from '../../src/webview/create-announcer.ts';
import { createMemory } from '../../src/webview/create-memory.ts';
import { createTransport } from '../../src/webview/create-transport.ts';
import { mountApp } from './support/mount-app.ts';
import { NOON, toOverview, toRows } from './support/panel-fixtures.ts';

type Handlers = NotificationHandlers<typeof panelNotifications>;

const drop = (): void => {};
const dropAll: Handlers = {
  overview: drop,
  allRequests: drop,
  changedRequests: drop,
  requestDetail: drop,
  answerText: drop,
  sessions: drop,
  access: drop,
  connect: drop,
  reveal: drop,
};

describe('the tabs', () => {
  it('are one tab stop with the names of all tabs', async () => {
    const app = await mountApp();
    const tabs = app.all('[role=tab]');
    expect(tabs.map(({ id }) => id)).toEqual(PANEL_TABS.map((tab) => `tab-${tab}`));
    expect(tabs.map(({ textContent }) => textContent.trim())).toEqual([
      'Overview',
      'Requests',
      'Sessions',
      'Access',
      'Connect',
    ]);
    expect(tabs.map(({ tabIndex }) => tabIndex)).toEqual([0, -1, -1, -1, -1]);
    const panel = app.find('[role=tabpanel]');
    expect(tabs[0]?.getAttribute('aria-controls')).toBe(panel.id);
    expect(panel.getAttribute('aria-labelledby')).toBe(tabs[0]?.id);
  });

  it.each([
    { from: 'overview', key: 'ArrowRight', to: 'requests' },
    { from: 'overview', key: 'ArrowLeft', to: 'connect' },
    { from: 'connect', key: 'ArrowRight', to: 'overview' },
    { from: 'sessions', key: 'Home', to: 'overview' },
    { from: 'sessions', key: 'End', to: 'connect' },
  ])('$key goes from $from to $to', async ({ from, key, to }) => {
    const app = await mountApp({ state: { 'shell.tab': from } });
    await app.press(app.find('[role=tab][aria-selected=true]'), key);
    expect(app.find('[role=tab][aria-selected=true]').id).toBe(`tab-${to}`);
    expect(document.activeElement?.id).toBe(`tab-${to}`);
    expect(app.find('[role=tabpanel]').id).toBe(`panel-${to}`);
    expect(app.commands('showTab')).toEqual([{ tab: to }]);
  });

  it('shows a tab as the extension asks for it', async () => {
    const app = await mountApp();
    app.tell('reveal', { tab: 'connect', toolId: 'curl' });
    await app.draw();
    expect(app.find('[role=tabpanel]').id).toBe('panel-connect');
    expect(app.commands('showTab')).toEqual([{ tab: 'connect' }]);
  });

  it('says how many requests are under way', async () => {
    const app = await mountApp();
    app.tell('overview', toOverview());
    await app.draw();
    expect(app.find('#tab-requests').textContent.replaceAll(/\s+/gu, ' ').trim()).toBe('Requests2 under way');
    app.tell('overview', toOverview({}, { activeRuns: 0 }));
    await app.draw();
    expect(app.find('#tab-requests').textContent.trim()).toBe('Requests');
  });
});

describe('hidden and shown again', () => {
  it('comes back with the tab that was shown and tells the extension of it', async () => {
    const before = await mountApp();
    expect(before.commands('ready')).toEqual([{ tab: 'overview' }]);
    before.find('#tab-access').click();
    await before.draw();
    const after = await mountApp({ state: before.state() });
    expect(after.commands('ready')).toEqual([{ tab: 'access' }]);
    expect(after.find('[role=tabpanel]').id).toBe('panel-access');
  });

  it.each([undefined, null, 7, 'x', { 'shell.tab': 'gone' }, { 'requests.filter': 5, 'requests.top': 'far' }])(
    'starts with the overview where %j was kept',
    async (state) => {
      const app = await mountApp({ state });
      expect(app.commands('ready')).toEqual([{ tab: 'overview' }]);
    },
  );

  it('hands over what is kept once at the end of a tick, and nothing that is the same', async () => {
    const setState = vi.fn();
    const memory = createMemory({ getState: () => ({ 'a.x': 1 }), setState });
    const view = memory.of('a');
    for (let top = 0; top < 100; top += 1) view.write('top', top);
    expect(setState).not.toHaveBeenCalled();
    await Promise.resolve();
    expect(setState.mock.calls).toEqual([[{ 'a.x': 1, 'a.top': 99 }]]);
    view.write('top', 99);
    await Promise.resolve();
    expect(setState).toHaveBeenCalledTimes(1);
  });
});

describe('buttons with words', () => {
  it.each([
    { key: 'Enter', isPrevented: false },
    { key: ' ', isPrevented: true },
  ])('are pressed by "$key" once, which does not scroll what is around them', async ({ key, isPrevented }) => {
    const app = await mountApp();
    app.tell('overview', toOverview({ status: 'stopped' }));
    await app.draw();
    const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true });
    app.named('vscode-button', 'Start server').dispatchEvent(event);
    expect(app.commands('run')).toEqual([{ command: 'portside.startServer' }]);
    expect(event.defaultPrevented).toBe(isPrevented);
  });
});

describe('messages', () => {
  it('do not compile with a handler missing', () => {
    expectTypeOf<Omit<Handlers, 'reveal'>>().not.toExtend<Handlers>();
    expectTypeOf<Handlers>().toExtend<typeof dropAll>();
  });

  it.each([
    null,
    'text',
    {},
    { kind: 'notification' },
    { kind: 'notification', method: 'toString', payload: {} },
    { kind: 'notification', method: 'unheard/of', payload: {} },
    { kind: 'result', id: 99, result: 1 },
    { kind: 'result', result: 1 },
    { kind: 'failure', id: 1 },
    { kind: 'else', method: 'overview' },
  ])('drops %j', (message) => {
    const transport = createTransport({ postMessage: drop }, dropAll);
    expect(() => transport.receive(message)).not.toThrow();
  });

  /** A transport of a page, with the ids of what it has asked. */
  const createPage = () => {
    const ids: number[] = [];
    const transport = createTransport(
      { postMessage: (message: MessageToExtension) => void (message.kind === 'request' && ids.push(message.id)) },
      dropAll,
    );
    return { ids, transport };
  };

  it('gives each answer to the request that asked', async () => {
    const { ids, transport } = createPage();
    const first = transport.client.request('cancelRequest', { id: 7 });
    const second = transport.client.request('cancelRequest', { id: 8 });
    expect(new Set(ids).size).toBe(2);
    transport.receive({ kind: 'failure', id: ids[1], message: 'It is gone.' });
    transport.receive({ kind: 'result', id: ids[0], result: true });
    await expect(second).rejects.toThrow('It is gone.');
    expect(await first).toBe(true);
  });

  it('drops answers to what an earlier page has asked', async () => {
    const earlier = createPage();
    void earlier.transport.client.request('cancelRequest', { id: 7 });
    const later = createPage();
    const asked = later.transport.client.request('cancelRequest', { id: 8 });
    later.transport.receive({ kind: 'result', id: earlier.ids[0], result: 'for the earlier page' });
    later.transport.receive({ kind: 'failure', id: earlier.ids[0], message: 'for the earlier page' });
    later.transport.receive({ kind: 'result', id: later.ids[0], result: true });
    expect(await asked).toBe(true);
    for (const id of [...earlier.ids, ...later.ids]) expect(Number.isSafeInteger(id)).toBe(true);
  });

  it('draws once for any number of messages', async () => {
    const app = await mountApp({ state: { 'shell.tab': 'requests' } });
    for (const row of toRows(50)) app.tell('changedRequests', { rows: [row] });
    expect(await app.draw()).toBe(1);
  });
});

describe('words', () => {
  it('come from the bundle of the editor’s language', async () => {
    const app = await mountApp({ l10n: { Requests: '请求', Overview: '概览' } });
    expect(app.find('#tab-requests').textContent.trim()).toBe('请求');
    expect(app.find('#tab-access').textContent.trim()).toBe('Access');
  });

  it('said to screen readers do not stay in the page', () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const announcer = createAnnouncer();
    announcer.announce('Testing…');
    vi.advanceTimersByTime(2_500);
    announcer.announce('Copied');
    vi.advanceTimersByTime(2_500);
    expect(announcer.element.textContent).toBe('Copied');
    vi.advanceTimersByTime(2_500);
    expect(announcer.element.childNodes).toHaveLength(0);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('are said to screen readers when the state changes', async () => {
    const app = await mountApp();
    app.tell('overview', toOverview({ status: 'starting', summary: 'Starting.' }));
    expect(app.find('[role=status]').textContent).toBe('');
    app.tell('overview', toOverview({ summary: 'Serving now.' }));
    expect(app.find('[role=status]').textContent).toBe('Serving now.');
  });

  it.each([
    { offsetMs: 0, text: 'now' },
    { offsetMs: -12_000, text: '12 sec. ago' },
    { offsetMs: -90_000, text: '1 min. ago' },
    { offsetMs: -7_200_000, text: '2 hr. ago' },
    { offsetMs: -86_400_000, text: 'yesterday' },
    { offsetMs: 5 * 86_400_000, text: 'in 5 days' },
    { offsetMs: -60 * 86_400_000, text: '2 mo. ago' },
    { offsetMs: -800 * 86_400_000, text: '2 yr. ago' },
  ])('tell an age of $offsetMs ms as $text', ({ offsetMs, text }) => {
    expect(formatAge(NOON + offsetMs, NOON, 'en-US')).toBe(text);
  });
});

describe('texts with paths in them', () => {
  it.each([
    ['/home/ada/.config/tool.json', '/home/|ada/|.config/|tool.json'],
    [String.raw`C:\Users\ada`, String.raw`C:\|Users\|ada`],
    ['at http://127.0.0.1:8765/v1.', 'at http://127.0.0.1:8765/|v1.'],
    ['Written to /a/b/ just now', 'Written to /a/|b/ just now'],
    ['<b>no markup</b>', '<b>no markup</|b>'],
    ['ada.lovelace@example.com', 'ada.lovelace|@example.com'],
    ['nothing to break', 'nothing to break'],
  ])('break where a reader expects it: %s', (text, shown) => {
    const place = document.createElement('p');
    render(breakable(text), place);
    expect(place.textContent).toBe(text);
    for (const mark of place.querySelectorAll('wbr')) mark.replaceWith('|');
    expect(place.textContent).toBe(shown);
  });
});
