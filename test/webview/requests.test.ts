import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { RequestSummary } from '../../src/core/request-activity.ts';
import { mountApp, type MountedApp } from './support/mount-app.ts';
import { RUNNING, toDetail, toRow, toRows } from './support/panel-fixtures.ts';
import { GRID_HEIGHT } from './support/stub-layout.ts';

const LOG_ID = 'log-1';

const words = (element: HTMLElement): string => element.textContent.replaceAll(/\s+/gu, ' ').trim();

const open = async (
  rows: readonly RequestSummary[],
  options: { readonly width?: number; readonly state?: object; readonly logId?: string } = {},
): Promise<MountedApp> => {
  const app = await mountApp({
    width: options.width ?? 400,
    state: { 'shell.tab': 'requests', ...options.state },
  });
  app.tell('allRequests', { logId: options.logId ?? LOG_ID, rows, isCapturing: false });
  await app.draw();
  return app;
};

const bodyRows = (app: MountedApp): readonly HTMLElement[] => app.all('.request-rows [role=row]');
const shownIds = (app: MountedApp): readonly number[] => bodyRows(app).map(({ dataset }) => Number(dataset['id']));
const grid = (app: MountedApp): HTMLElement => app.find('[role=grid]');
const selectedId = (app: MountedApp): string | null => grid(app).getAttribute('aria-activedescendant');

const type = async (app: MountedApp, text: string): Promise<void> => {
  const field = app.find('vscode-textfield');
  Object.assign(field, { value: text });
  field.dispatchEvent(new Event('input', { bubbles: true }));
  await app.draw();
};

const choose = async (app: MountedApp, label: string, value: string): Promise<void> => {
  const select = app.named('select', label);
  Object.assign(select, { value });
  select.dispatchEvent(new Event('change', { bubbles: true }));
  await app.draw();
};

describe('the list of requests', () => {
  it('shows each column, the newest last', async () => {
    const app = await open(
      [
        toRow(1),
        toRow(2, { outcome: 'failed', status: 429, errorCode: 'rate_limited', usage: null, costUsd: null }),
        toRow(3, { protocol: 'models', method: 'GET', path: '/v1/models', model: null, client: null }),
        toRow(4, { outcome: 'cancelled', firstDeltaMs: null }),
      ],
      { width: 1000 },
    );
    expect(app.all('[role=columnheader]').map(words)).toEqual([
      'Time',
      'Client',
      'Protocol',
      'Model',
      'Status',
      'Duration',
      'First output',
      'Tokens',
      'Cost',
    ]);
    const cells = bodyRows(app).map((row) => [...row.children].map((cell) => cell.textContent.trim()));
    expect(cells.map((row) => row.slice(1))).toEqual([
      ['opencode/1.2.11', 'Chat', 'composer-2', 'Succeeded200', '2.3s', '640ms', '1.2K → 340', '$0.0123'],
      ['opencode/1.2.11', 'Chat', 'composer-2', 'Failed429', '2.3s', '640ms', '', ''],
      ['Unknown client', 'Models', '/v1/models', 'Succeeded200', '2.3s', '640ms', '1.2K → 340', '$0.0123'],
      ['opencode/1.2.11', 'Chat', 'composer-2', 'CancelledCancelled', '2.3s', '', '1.2K → 340', '$0.0123'],
    ]);
    expect(cells.every(([time]) => /^\d\d:\d\d:\d\d$/u.test(time ?? ''))).toBe(true);
    expect(grid(app).getAttribute('aria-rowcount')).toBe('5');
    expect(bodyRows(app).map((row) => row.getAttribute('aria-rowindex'))).toEqual(['2', '3', '4', '5']);
  });

  it.each([
    { width: 220, hasColumns: false },
    { width: 679, hasColumns: false },
    { width: 680, hasColumns: true },
  ])('has columns: $hasColumns at $width pixels', async ({ width, hasColumns }) => {
    const app = await open(toRows(3), { width });
    expect(grid(app).classList.contains('has-columns')).toBe(hasColumns);
  });

  it('has columns as its width alone allows them', async () => {
    const app = await open(toRows(100), { width: 860 });
    expect(grid(app).classList.contains('has-columns')).toBe(true);
    app.find('#request-100').click();
    await app.draw();
    expect(grid(app).classList.contains('has-columns')).toBe(false);
    await app.press(grid(app), 'Escape');
    expect(grid(app).classList.contains('has-columns')).toBe(true);
  });

  it('asks for a tool while there are none', async () => {
    const app = await open([]);
    expect(words(app.find('.empty-state'))).toContain('No requests yet');
    app.named('vscode-button', 'Connect a tool').click();
    expect(app.find('[role=tabpanel]').id).toBe('panel-connect');
  });

  it('takes changes and new ones in their place', async () => {
    const app = await open([toRow(1), toRow(2, RUNNING)]);
    app.tell('changedRequests', { rows: [toRow(3, RUNNING), toRow(2)] });
    await app.draw();
    expect(bodyRows(app).map(({ className }) => className)).toEqual([
      'request-row is-succeeded',
      'request-row is-succeeded',
      'request-row is-running',
    ]);
  });

  it('counts the time of what is under way by the second', async () => {
    vi.useFakeTimers({ toFake: ['Date', 'setInterval', 'clearInterval'] });
    onTestFinished(() => void vi.useRealTimers());
    const row = toRow(1, { ...RUNNING, startedAt: Date.now() });
    const app = await open([row]);
    vi.advanceTimersByTime(3_000);
    await app.draw();
    expect(words(app.find('.request-rows .cell-duration'))).toBe('3s');
    app.tell('changedRequests', { rows: [toRow(1)] });
    await app.draw();
    vi.advanceTimersByTime(2_000);
    await app.draw();
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('ten thousand requests', () => {
  it.each([220, 900])('keep few rows in a page of %i pixels', async (width) => {
    const app = await open(toRows(10_000), { width });
    const limit = Math.ceil(GRID_HEIGHT / 24) + 2 * 12 + 2;
    expect(bodyRows(app).length).toBeGreaterThan(10);
    expect(bodyRows(app).length).toBeLessThanOrEqual(limit);
    expect(shownIds(app).at(-1)).toBe(10_000);
    await app.press(grid(app), 'Home');
    expect(shownIds(app)[0]).toBe(1);
    expect(bodyRows(app).length).toBeLessThanOrEqual(limit);
  });

  it('touch one row of the page where one has changed', async () => {
    const app = await open(toRows(10_000), { width: 900 });
    const changed = new Set<Node>();
    const observer = new MutationObserver((records) => {
      for (const { target } of records) {
        const element = target instanceof Element ? target : target.parentElement;
        changed.add(element?.closest('[role=row]') ?? target);
      }
    });
    observer.observe(app.root, { subtree: true, childList: true, attributes: true, characterData: true });
    onTestFinished(() => observer.disconnect());
    app.tell('changedRequests', { rows: [toRow(10_000, { durationMs: 9_000 })] });
    expect(await app.draw()).toBe(1);
    await vi.waitFor(() => expect(changed.size).toBeGreaterThan(0));
    expect([...changed]).toEqual([app.find('#request-10000')]);
  });
});

describe('following', () => {
  it('sticks to the newest', async () => {
    const app = await open(toRows(100));
    app.tell('changedRequests', { rows: [toRow(101), toRow(102)] });
    await app.draw();
    expect(shownIds(app).at(-1)).toBe(102);
    expect(grid(app).scrollTop).toBe(grid(app).scrollHeight - GRID_HEIGHT);
    expect(app.all('.follow-button')).toEqual([]);
  });

  it('ends by scrolling up, and a button brings it back', async () => {
    const app = await open(toRows(100));
    grid(app).scrollTop = 500;
    await app.draw();
    app.tell('changedRequests', { rows: [toRow(101), toRow(102)] });
    await app.draw();
    expect(grid(app).scrollTop).toBe(500);
    expect(words(app.find('.follow-button'))).toBe('2 new');
    app.find('.follow-button').click();
    await app.draw();
    expect(shownIds(app).at(-1)).toBe(102);
    expect(app.all('.follow-button')).toEqual([]);
    expect(document.activeElement).toBe(grid(app));
  });

  it('begins again at the end of the list', async () => {
    const app = await open(toRows(100));
    grid(app).scrollTop = 500;
    await app.draw();
    grid(app).scrollTop = grid(app).scrollHeight;
    await app.draw();
    expect(app.all('.follow-button')).toEqual([]);
  });
});

describe('filters', () => {
  const rows = [
    toRow(1),
    toRow(2, { client: 'Zed/1.4.2', model: 'gpt-5.2' }),
    toRow(3, { outcome: 'failed', status: 429, errorCode: 'rate_limited' }),
    toRow(4, RUNNING),
    toRow(5, { outcome: 'cancelled' }),
  ];

  it.each([
    { text: 'zed', ids: [2] },
    { text: 'RATE_limited', ids: [3] },
    { text: 'req_5', ids: [5] },
    { text: 'opencode 429', ids: [3] },
    { text: '  ', ids: [1, 2, 3, 4, 5] },
  ])('find "$text" in $ids', async ({ text, ids }) => {
    const app = await open(rows);
    await type(app, text);
    expect(shownIds(app)).toEqual(ids);
  });

  it.each([
    { outcome: 'running', ids: [4] },
    { outcome: 'succeeded', ids: [1, 2] },
    { outcome: 'failed', ids: [3] },
    { outcome: 'cancelled', ids: [5] },
    { outcome: 'all', ids: [1, 2, 3, 4, 5] },
  ])('find $outcome in $ids', async ({ outcome, ids }) => {
    const app = await open(rows);
    await choose(app, 'Status', outcome);
    expect(shownIds(app)).toEqual(ids);
  });

  it('find a model, and go with what changes', async () => {
    const app = await open(rows);
    expect([...app.named('select', 'Model').children].map(({ textContent }) => textContent.trim())).toEqual([
      'All models',
      'composer-2',
      'gpt-5.2',
    ]);
    await choose(app, 'Model', 'gpt-5.2');
    expect(shownIds(app)).toEqual([2]);
    app.tell('changedRequests', { rows: [toRow(6, { model: 'gpt-5.2' }), toRow(7), toRow(2, { model: 'other' })] });
    await app.draw();
    expect(shownIds(app)).toEqual([6]);
  });

  it('are all taken, however quickly they are chosen', async () => {
    const app = await open(rows);
    for (const [label, value] of [
      ['Status', 'failed'],
      ['Model', 'gpt-5.2'],
      ['Status', 'all'],
    ] as const) {
      const select = app.named('select', label) as HTMLSelectElement;
      select.value = value;
      select.dispatchEvent(new Event('change'));
    }
    await app.draw();
    expect(shownIds(app)).toEqual([2]);
  });

  it('are taken away where nothing fits them', async () => {
    const app = await open(rows);
    await type(app, 'nothing like it');
    expect(words(app.find('.empty-state'))).toContain('5 requests are hidden');
    app.named('vscode-button', 'Remove the filter').click();
    await app.draw();
    expect(shownIds(app)).toEqual([1, 2, 3, 4, 5]);
  });
});

describe('the keyboard', () => {
  it('is one tab stop from which rows are chosen', async () => {
    const app = await open(toRows(100));
    expect(grid(app).tabIndex).toBe(0);
    expect(app.all('[role=grid] [tabindex]')).toEqual([]);
    const steps: readonly (readonly [key: string, selected: string])[] = [
      ['ArrowUp', 'request-100'],
      ['ArrowUp', 'request-99'],
      ['ArrowDown', 'request-100'],
      ['ArrowDown', 'request-100'],
      ['PageUp', 'request-90'],
      ['Home', 'request-1'],
      ['PageDown', 'request-11'],
      ['End', 'request-100'],
    ];
    for (const [key, selected] of steps) {
      await app.press(grid(app), key);
      expect(selectedId(app), key).toBe(selected);
      expect(app.find(`#${selected}`).getAttribute('aria-selected'), key).toBe('true');
    }
  });

  it.each([400, 900])('opens the details and goes back, %i pixels wide', async (width) => {
    const app = await open(toRows(100), { width });
    await app.press(grid(app), 'Home');
    await app.press(grid(app), 'Enter');
    await app.answer('requests/get', toDetail(1));
    expect(app.commands('watchRequest')).toEqual([{ id: 1 }]);
    expect(document.activeElement).toBe(app.find('.request-detail h2'));
    expect(app.all('[role=grid]')).toHaveLength(width === 900 ? 1 : 0);
    await app.press(app.find('.request-detail h2'), 'Escape');
    expect(app.commands('watchRequest')).toEqual([{ id: 1 }, { id: null }]);
    expect(app.all('.request-detail')).toEqual([]);
    expect(document.activeElement).toBe(grid(app));
    expect(selectedId(app)).toBe('request-1');
  });

  it('moves the details along where they stand beside the list', async () => {
    const app = await open(toRows(5), { width: 900 });
    app.find('#request-4').click();
    await app.press(grid(app), 'ArrowUp');
    expect(app.commands('watchRequest')).toEqual([{ id: 4 }, { id: 3 }]);
  });

  it('goes from the filter to the list', async () => {
    const app = await open(toRows(5));
    await app.press(app.find('vscode-textfield'), 'ArrowDown');
    expect(document.activeElement).toBe(grid(app));
  });
});

describe('the details', () => {
  const openDetail = async (detail: ReturnType<typeof toDetail>): Promise<MountedApp> => {
    const app = await open([detail], {
      state: { 'requests.openParts': ['headers-in', 'headers-out', 'capture'] },
    });
    app.find(`#request-${detail.id}`).click();
    await app.draw();
    await app.answer('requests/get', detail);
    return app;
  };

  it('tell what happened', async () => {
    const app = await openDetail(
      toDetail(1, {
        outcome: 'failed',
        status: 502,
        errorCode: 'upstream_error',
        errorMessage: 'Cursor could not be reached.',
      }),
    );
    const text = words(app.find('.request-detail'));
    for (const part of [
      'POST /v1/chat/completions',
      'Failed',
      'HTTP 502',
      'upstream_error',
      'Cursor could not be reached.',
      'req_1',
      'content-type',
      'application/json',
      'x-request-id',
      '1,200',
      '$0.0123',
    ])
      expect(text).toContain(part);
    expect(app.all('.waterfall tr').map(words)).toEqual([
      'Check access 2ms',
      'Read the body 8ms',
      'Until first output 630ms',
      'Output 1.7s',
      'In all 2.3s',
    ]);
  });

  it('have their actions', async () => {
    const app = await openDetail(toDetail(1, RUNNING));
    app.named('button', 'Copy Request ID').click();
    app.named('vscode-button', 'Open in editor').click();
    expect(app.commands('copy')).toEqual([{ text: 'req_1', what: 'Request ID' }]);
    expect(app.commands('openRequest')).toEqual([{ id: 1 }]);
    app.named('vscode-button', 'Cancel').click();
    await app.answer('requests/cancel', true);
    expect(app.find('[role=status]').textContent).toBe('Request cancelled');
    app.tell('requestDetail', toDetail(1, { outcome: 'cancelled' }));
    await app.draw();
    expect(app.all('vscode-button').map(words)).toEqual(['Copy as curl', 'Open in editor']);
  });

  it.each([
    { isCopied: true, said: 'curl copied' },
    { isCopied: false, said: '' },
  ])('say that they were copied as curl only where they were: $isCopied', async ({ isCopied, said }) => {
    const app = await openDetail(toDetail(1));
    app.named('vscode-button', 'Copy as curl').click();
    expect(app.find('[role=status]').textContent).toBe('');
    await app.answer('requests/curl', isCopied);
    expect(app.find('[role=status]').textContent).toBe(said);
  });

  it('say why they could not be copied as curl', async () => {
    const app = await openDetail(toDetail(1));
    app.named('vscode-button', 'Copy as curl').click();
    await app.fail('requests/curl', 'The clipboard cannot be reached.');
    expect(words(app.find('.detail-error'))).toBe('The clipboard cannot be reached.');
    expect(app.find('[role=status]').textContent).toBe('The clipboard cannot be reached.');
  });

  it('say which headers are left out', async () => {
    const app = await openDetail(
      toDetail(1, { requestHeaders: [['authorization', null]], responseHeaders: [['x-empty', '']] }),
    );
    expect(app.all('.header-list > div').map(words)).toEqual(['authorization (left out)', 'x-empty']);
  });

  it('say why there are none', async () => {
    const app = await open(toRows(2));
    app.find('#request-2').click();
    await app.draw();
    await app.fail('requests/get', 'The server has stopped.');
    expect(words(app.find('.detail-error'))).toBe('The server has stopped.');
  });

  it.each([
    { width: 400, isKept: false },
    { width: 900, isKept: false },
    { width: 400, isKept: true },
  ])('make way for the list where the request is gone: $width wide, chosen before: $isKept', async (row) => {
    const state = { 'requests.selected': 7, 'requests.isDetailOpen': true, 'requests.logId': LOG_ID };
    const app = await open(toRows(2), { width: row.width, ...(row.isKept && { state }) });
    if (!row.isKept) {
      await app.press(grid(app), 'ArrowUp');
      await app.press(grid(app), 'Enter');
    }
    await app.answer('requests/get', null);
    expect(app.all('.request-detail')).toEqual([]);
    expect(bodyRows(app)).toHaveLength(2);
    expect(selectedId(app)).toBeNull();
    expect(document.activeElement === grid(app)).toBe(!row.isKept);
    expect(app.find('[role=status]').textContent).toBe('This request is not known any more.');
    expect(app.commands('watchRequest').at(-1)).toEqual({ id: null });
    expect(app.state()).toMatchObject({ 'requests.selected': null, 'requests.isDetailOpen': false });
  });

  it('go in silence while another tab is shown', async () => {
    const app = await open(toRows(2));
    app.find('#request-2').click();
    await app.draw();
    app.find('#tab-access').click();
    await app.answer('requests/get', null);
    expect(app.find('[role=status]').textContent).toBe('');
    app.find('#tab-requests').click();
    await app.draw();
    expect(app.all('.request-detail')).toEqual([]);
  });

  it('switch capture and say what it does', async () => {
    const app = await openDetail(toDetail(1));
    expect(words(app.find('.request-detail'))).toContain('never written to disk');
    expect(words(app.find('.request-detail'))).toContain('Nothing was captured of this request.');
    const checkbox = app.find('vscode-checkbox');
    Object.assign(checkbox, { checked: true });
    checkbox.dispatchEvent(new Event('change', { bubbles: true }));
    expect(app.commands('setCapture')).toEqual([{ isCapturing: true }]);
  });

  it('show bodies with their kinds of values, as text only', async () => {
    const requestBody = '{"model":"<b>m</b>","n":1.50,"stream":true,"stop":null,"list":[]}';
    const app = await openDetail(
      toDetail(1, { capture: { requestBody, answerText: '', responseBody: 'plain <i>text</i>', isTruncated: true } }),
    );
    const [request, response] = app.all('pre.body-text');
    expect(request?.textContent).toBe(JSON.stringify(JSON.parse(requestBody), null, 2).replace('1.5', '1.50'));
    expect(request?.querySelector('b')).toBe(null);
    expect([...(request?.querySelectorAll('span') ?? [])].map(({ className }) => className)).toEqual([
      'json-key',
      'json-string',
      'json-key',
      'json-number',
      'json-key',
      'json-keyword',
      'json-key',
      'json-keyword',
      'json-key',
    ]);
    expect(response?.textContent).toBe('plain <i>text</i>');
    expect(words(app.find('.request-detail'))).toContain('A part of it is missing');
  });

  it('cut what is very long, with a remark', async () => {
    const requestBody = JSON.stringify({ image: 'x'.repeat(5_000), list: Array.from({ length: 50_000 }, () => 1) });
    const app = await openDetail(
      toDetail(1, {
        capture: { requestBody, answerText: 'y'.repeat(150_000), responseBody: null, isTruncated: false },
      }),
    );
    await app.draw();
    const [request, answer] = app.all('pre.body-text');
    expect(request?.textContent).toContain('… 3,002 more characters');
    expect(request?.textContent.length).toBeLessThan(61_000);
    expect(answer?.textContent.length).toBe(100_000);
    expect(words(app.find('.request-detail')).match(/The rest is not shown here/gu)).toHaveLength(2);
  });

  it('append the answer as it comes and leave the rest alone', async () => {
    const capture = { requestBody: '{}', answerText: 'One', responseBody: null, isTruncated: false };
    const app = await openDetail(toDetail(1, { ...RUNNING, capture }));
    await app.draw();
    const answer = app.find('.answer-text');
    const first = answer.firstChild;
    app.tell('answerText', { id: 1, text: ' two' });
    app.tell('answerText', { id: 1, text: ' three' });
    app.tell('answerText', { id: 2, text: ' of another' });
    // Its own frame, and none for the panel.
    expect(await app.draw()).toBe(1);
    expect(answer.textContent).toBe('One two three');
    expect(answer.firstChild).toBe(first);
    expect(answer.childNodes).toHaveLength(2);
    app.tell('requestDetail', toDetail(1, { capture: { ...capture, answerText: 'One two three four' } }));
    await app.draw();
    expect(app.find('.answer-text')).toBe(answer);
    expect(answer.textContent).toBe('One two three four');
    app.tell('requestDetail', toDetail(1, { capture: { ...capture, answerText: 'Else' } }));
    await app.draw();
    expect(answer.textContent).toBe('Else');
  });
});

describe('capture and clearing', () => {
  it('are switched from the list', async () => {
    const app = await open(toRows(2));
    app.named('button', 'Capture bodies').click();
    await app.draw();
    expect(app.commands('setCapture')).toEqual([{ isCapturing: true }]);
    // What is asked before the server knows of it is not captured.
    expect(app.named('button', 'Capture bodies').getAttribute('aria-pressed')).toBe('false');
    app.tell('allRequests', { logId: LOG_ID, rows: toRows(2), isCapturing: true });
    await app.draw();
    expect(app.named('button', 'Capture bodies').getAttribute('aria-pressed')).toBe('true');
    expect(words(app.find('.capture-remark'))).toContain('kept in memory');
    app.tell('allRequests', { logId: LOG_ID, rows: toRows(2), isCapturing: false });
    await app.draw();
    expect(app.all('.capture-remark')).toEqual([]);
    app.named('button', 'Clear what is over').click();
    expect(app.commands('clearRequests')).toEqual([null]);
  });
});

describe('what was cleared', () => {
  it('goes from the screen as well', async () => {
    const app = await open(toRows(2));
    app.find('#request-2').click();
    await app.draw();
    const capture = { requestBody: '"secret"', answerText: 'said', responseBody: null, isTruncated: false };
    await app.answer('requests/get', toDetail(2, { capture }));
    expect(app.find('.request-detail').textContent).toContain('secret');
    app.tell('allRequests', { logId: LOG_ID, rows: toRows(2), isCapturing: false });
    await app.answer('requests/get', toDetail(2));
    expect(app.find('.request-detail').textContent).not.toMatch(/secret|said/u);
    app.tell('allRequests', { logId: LOG_ID, rows: [], isCapturing: false });
    await app.answer('requests/get', null);
    expect(app.all('.request-detail')).toEqual([]);
    expect(app.root.textContent).not.toMatch(/secret|said/u);
  });
});

describe('screen readers', () => {
  it('are told of what comes in now and then, not row by row', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const app = await open(toRows(2));
    for (let id = 3; id < 10; id += 1) app.tell('changedRequests', { rows: [toRow(id, RUNNING)] });
    app.tell('changedRequests', { rows: [toRow(9, { outcome: 'failed' })] });
    await app.draw();
    expect(words(app.find('[role=log]'))).toBe('');
    vi.advanceTimersByTime(5_000);
    await app.draw();
    expect(words(app.find('[role=log]'))).toBe('7 new requests, 1 failed');
  });
});

describe('the panel hidden and shown again', () => {
  it('comes back with filter, selection, details and scroll position', async () => {
    const rows = toRows(500);
    const before = await open(rows, { width: 900 });
    await type(before, 'opencode');
    await choose(before, 'Status', 'succeeded');
    before.find('#request-495').click();
    await before.draw();
    grid(before).scrollTop = 4_200;
    await before.draw();
    const after = await open(rows, { width: 900, state: Object(before.state()) });
    expect(after.commands('watchRequest')).toEqual([{ id: 495 }]);
    await after.answer('requests/get', toDetail(495));
    expect(words(after.find('.request-detail'))).toContain('req_495');
    expect(after.find('vscode-textfield')).toHaveProperty('value', 'opencode');
    expect(after.state()).toMatchObject({ 'requests.filter': { text: 'opencode', outcome: 'succeeded', model: null } });
    expect(grid(after).scrollTop).toBe(4_200);
    expect(after.all('.follow-button')).toHaveLength(1);
  });

  it.each([
    { width: 400, layout: 'in place of the list' },
    { width: 900, layout: 'beside it' },
  ])('forgets what was chosen in another log: details $layout', async ({ width }) => {
    const before = await open(toRows(500), { width });
    await choose(before, 'Status', 'succeeded');
    grid(before).scrollTop = 4_200;
    await before.draw();
    before.find(`#request-${shownIds(before).at(5)}`).click();
    await before.draw();
    const after = await open(toRows(300), { width, state: Object(before.state()), logId: 'log-2' });
    expect(after.commands('watchRequest').filter((params) => params !== null)).toEqual([]);
    expect(after.messages.filter(({ method }) => method === 'requests/get')).toEqual([]);
    expect(after.all('.request-detail')).toEqual([]);
    expect(selectedId(after)).toBeNull();
    expect(shownIds(after).at(-1)).toBe(300);
    expect(after.state()).toMatchObject({ 'requests.filter': { outcome: 'succeeded' } });
    const again = await open(toRows(300), { width, state: Object(after.state()), logId: 'log-2' });
    expect(again.all('.request-detail')).toEqual([]);
  });

  it('closes the details as another log comes in place of the one that is shown', async () => {
    const app = await open(toRows(2));
    app.find('#request-2').click();
    await app.draw();
    await app.answer('requests/get', toDetail(2));
    app.tell('allRequests', { logId: 'log-2', rows: toRows(2), isCapturing: false });
    await app.draw();
    expect(app.all('.request-detail')).toEqual([]);
    expect(app.commands('watchRequest').at(-1)).toEqual({ id: null });
    app.tell('requestDetail', toDetail(2));
    await app.draw();
    expect(app.all('.request-detail')).toEqual([]);
  });

  it('comes back following', async () => {
    const before = await open(toRows(100));
    const after = await open(toRows(200), { state: Object(before.state()) });
    expect(shownIds(after).at(-1)).toBe(200);
  });

  it('keeps its place while another tab is shown', async () => {
    const app = await open(toRows(200));
    grid(app).scrollTop = 900;
    await app.draw();
    app.find('#tab-access').click();
    await app.draw();
    app.find('#tab-requests').click();
    await app.draw();
    expect(grid(app).scrollTop).toBe(900);
  });
});
