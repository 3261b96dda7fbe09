import { randomUUID } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { serveForeign } from '../support/serve-foreign.ts';
import { createTemporaryFolder } from '../support/temporary-folder.ts';
import { GATEWAY_TOKEN } from '../support/test-gateway.ts';
import { createWindows, isServed } from '../support/windows.ts';

describe('the second window', () => {
  test('waits, and says who serves', async () => {
    const windows = await createWindows();
    const first = windows.open({ self: { kind: 'editor', name: 'orchard' } });
    await first.start();
    const second = windows.open();
    await second.start();
    expect(second.state).toEqual({
      status: 'served-elsewhere',
      baseUrl: `http://127.0.0.1:${windows.port}/v1`,
      port: windows.port,
      by: {
        id: expect.any(String),
        kind: 'editor',
        name: 'orchard',
        processId: process.pid,
        dataFolderId: expect.any(String),
      },
    });
    const health = await (await fetch(`http://127.0.0.1:${windows.port}/health`)).json();
    expect(second.state).toMatchObject({ by: { id: (health as { instance: string }).instance } });
  });

  test('takes over when the first one ends', async () => {
    const windows = await createWindows();
    const [first, second] = [windows.open(), windows.open()];
    await first.start();
    await second.start();
    await first.stop('ending');
    await second.until('running');
    expect(windows.readInstances()).toHaveLength(1);
  });

  test('stops where the user has stopped the first one', async () => {
    const windows = await createWindows();
    const [first, second, third] = [windows.open(), windows.open(), windows.open()];
    for (const each of [first, second, third]) await each.start();
    await first.stop('unwanted');
    await Promise.all([second.until('stopped'), third.until('stopped')]);
    expect(await isServed(windows.port)).toBe(false);
    // And what tells of it is gone with the next start.
    const next = windows.open();
    await next.start();
    expect(next.state.status).toBe('running');
    expect(windows.readInstances()).toMatchObject([{ isUnwanted: false }]);
  });

  test('takes over only if it may', async () => {
    const windows = await createWindows();
    const first = windows.open();
    let mayTakeOver = false;
    let asked = 0;
    const second = windows.open({
      mayTakeOver: () => {
        asked += 1;
        return mayTakeOver;
      },
    });
    await first.start();
    await second.start();
    await first.stop('ending');
    await second.until('served-elsewhere', ({ by }) => by === null);
    expect([asked > 0, await isServed(windows.port)]).toEqual([true, false]);
    mayTakeOver = true;
    await second.until('running');
  });

  test('gives the place to one of several that wait, and the others go on waiting', async () => {
    const windows = await createWindows();
    const first = windows.open();
    await first.start();
    const others = [windows.open(), windows.open(), windows.open()];
    await Promise.all(others.map((each) => each.start()));
    await first.stop('ending');
    const winner = await Promise.any(others.map(async (each) => await each.until('running').then(() => each)));
    const { id } = windows.readInstance();
    for (const each of others.filter((other) => other !== winner)) {
      await each.until('served-elsewhere', ({ by }) => by?.id === id);
    }
    expect(windows.readInstances()).toHaveLength(1);
  });

  test('fails where another program is faster', async () => {
    const windows = await createWindows();
    const first = windows.open();
    const second = windows.open({ mayTakeOver: () => false });
    await first.start();
    await second.start();
    await first.stop('ending');
    await serveForeign(windows.port, (_request, response) => response.end('hello'));
    expect(await second.until('failed')).toMatchObject({
      code: 'port_in_use',
      message: expect.stringMatching(/by another program/),
    });
  });

  test('stops at once while it waits, and leaves the first one alone', async () => {
    const windows = await createWindows();
    const [first, second] = [windows.open(), windows.open()];
    await first.start();
    await second.start();
    await second.stop('unwanted');
    expect([first.state.status, second.state.status]).toEqual(['running', 'stopped']);
    expect(windows.readInstances()).toMatchObject([{ isUnwanted: false }]);
  });

  test('knows a Portside that is too busy to answer by its file', async () => {
    const windows = await createWindows();
    const port = await serveForeign(0, () => {});
    const id = randomUUID();
    const file = {
      id,
      kind: 'cli',
      name: null,
      processId: process.pid,
      dataFolderId: '0123456789abcdef',
      port,
      controlToken: 'x'.repeat(43),
      isUnwanted: false,
    };
    mkdirSync(windows.instancesFolder);
    writeFileSync(path.join(windows.instancesFolder, `${id}.json`), JSON.stringify(file));
    const second = windows.open({ settings: { port } });
    await second.start();
    expect(second.state).toMatchObject({ status: 'served-elsewhere', by: { id, kind: 'cli' } });
  });
});

describe('taking over', () => {
  test('works both ways, and who makes way waits in its turn', async () => {
    const windows = await createWindows();
    const [first, second] = [windows.open({ self: { kind: 'editor', name: 'one' } }), windows.open()];
    await first.start();
    await second.start();
    await second.takeOver();
    expect(second.state.status).toBe('running');
    await first.until('served-elsewhere', ({ by }) => by?.name === 'test');
    await first.takeOver();
    expect(first.state.status).toBe('running');
    await second.until('served-elsewhere', ({ by }) => by?.name === 'one');
    expect(windows.readInstances()).toHaveLength(1);
    // As ever, when it goes.
    await first.stop('ending');
    await second.until('running');
  });

  test('happens at the start where it is asked for', async () => {
    const windows = await createWindows();
    const first = windows.open();
    await first.start();
    const second = windows.open({ whenServed: 'take-over' });
    await second.start();
    expect(second.state.status).toBe('running');
    await first.until('served-elsewhere', ({ by }) => by !== null);
  });

  test('comes to nothing with a Portside that shares no folder, and says so', async () => {
    const windows = await createWindows();
    const first = windows.open();
    await first.start();
    const folder = createTemporaryFolder();
    onTestFinished(() => folder.remove());
    const second = windows.open({ instancesFolder: folder.join('instances'), whenServed: 'take-over' });
    await second.start();
    expect(second.state).toMatchObject({ status: 'served-elsewhere', by: null });
    expect(second.lines.join('\n')).toMatch(/cannot be asked to make way/);
    await expect(second.takeOver()).rejects.toMatchObject({ code: 'permission_denied' });
    expect([first.state.status, second.state.status]).toEqual(['running', 'served-elsewhere']);
  });

  test('sends the token of one Portside to no other program that tells its id', async () => {
    const windows = await createWindows();
    const first = windows.open();
    await first.start();
    const { id } = windows.readInstance();
    const asked: string[] = [];
    const port = await serveForeign(0, (request, response) => {
      asked.push(`${request.method} ${request.url}`);
      response.end(JSON.stringify({ status: 'ok', bridge: 'connected', version: '0', instance: id }));
    });
    const second = windows.open({ settings: { port } });
    await second.start();
    expect(second.state).toMatchObject({ status: 'served-elsewhere', by: null });
    await expect(second.takeOver()).rejects.toMatchObject({ code: 'permission_denied' });
    expect(new Set(asked)).toEqual(new Set(['GET /health']));
  });

  test('leaves the port to who asked, and takes it back where nobody comes', async () => {
    const windows = await createWindows();
    const first = windows.open();
    await first.start();
    const { controlToken } = windows.readInstance();
    const headers = { Authorization: `Bearer ${controlToken}` };
    const url = `http://127.0.0.1:${windows.port}/_portside/release`;
    const startedAt = performance.now();
    const response = await fetch(url, { method: 'POST', headers });
    expect([response.status, await response.json()]).toEqual([202, { released: true }]);
    await first.until('served-elsewhere');
    expect(await isServed(windows.port)).toBe(false);
    await first.until('running');
    expect(performance.now() - startedAt).toBeGreaterThan(2_900);
    // The token was for that time.
    expect(windows.readInstances()).toHaveLength(1);
    expect((await fetch(url, { method: 'POST', headers })).status).toBe(401);
  });

  test.each<[string, Record<string, string>]>([
    ['no token', {}],
    ['a wrong token', { Authorization: `Bearer ${'x'.repeat(43)}` }],
    ['the access token of clients', { Authorization: `Bearer ${GATEWAY_TOKEN}` }],
    ['another scheme', { Authorization: 'Basic eDp5' }],
  ])('is refused with %s', async (_name, headers) => {
    const windows = await createWindows();
    const first = windows.open();
    await first.start();
    const response = await fetch(`http://127.0.0.1:${windows.port}/_portside/release`, { method: 'POST', headers });
    expect([response.status, await response.json()]).toEqual([
      401,
      {
        error: { message: 'This is not allowed.', type: 'authentication_error', param: null, code: 'invalid_api_key' },
      },
    ]);
    expect(first.state.status).toBe('running');
  });
});
