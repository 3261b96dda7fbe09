import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { InstanceFile } from '../../src/host/instances/instance-file.ts';
import { findFreePort } from '../support/free-port.ts';
import { createTemporaryFolder } from '../support/temporary-folder.ts';
import { createTestGateway, GATEWAY_TOKEN, toFakeBridge, type TestGatewayOptions } from '../support/test-gateway.ts';

/** Gateways of one user that want the same port. */
const createWindows = async () => {
  const folder = createTemporaryFolder();
  onTestFinished(() => folder.remove());
  const port = await findFreePort();
  const instancesFolder = folder.join('instances');
  const readInstances = (): InstanceFile[] =>
    readdirSync(instancesFolder).map((name) => JSON.parse(readFileSync(path.join(instancesFolder, name), 'utf8')));
  return {
    port,
    instancesFolder,
    open: ({ settings, ...options }: TestGatewayOptions = {}) =>
      createTestGateway({ instancesFolder, ...options, settings: { port, ...settings } }),
    readInstances,
    /** The only one. */
    readInstance: (): InstanceFile => {
      const [first, ...others] = readInstances();
      if (first === undefined || others.length > 0) throw new Error(`${others.length + 1} instances, or none.`);
      return first;
    },
  };
};

const isServed = async (port: number): Promise<boolean> =>
  await fetch(`http://127.0.0.1:${port}/health`).then(
    () => true,
    () => false,
  );

const serveForeign = async (port: number, listener: RequestListener): Promise<number> => {
  const server = createServer(listener).listen(port, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return (server.address() as AddressInfo).port;
};

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
      by: { id: expect.any(String), kind: 'editor', name: 'orchard', processId: process.pid },
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

describe('the files of instances', () => {
  test('are their owner’s alone, tell who serves, and go with the server', async () => {
    const windows = await createWindows();
    const first = windows.open();
    await first.start();
    const [name = ''] = readdirSync(windows.instancesFolder);
    const [folder, file] = [statSync(windows.instancesFolder), statSync(path.join(windows.instancesFolder, name))];
    expect([folder.mode & 0o777, file.mode & 0o777]).toEqual([0o700, 0o600]);
    expect(windows.readInstances()).toEqual([
      {
        id: path.basename(name, '.json'),
        kind: 'editor',
        name: 'test',
        processId: process.pid,
        port: windows.port,
        controlToken: expect.stringMatching(/^[\w-]{43}$/),
        isUnwanted: false,
      },
    ]);
    expect(first.lines.join('\n')).not.toContain(windows.readInstances()[0]?.controlToken);
    await first.stop('ending');
    expect(readdirSync(windows.instancesFolder)).toEqual([]);
  });

  test('of ended processes are deleted at the next start, and what is none is left alone', async () => {
    const windows = await createWindows();
    const { pid } = spawnSync(process.execPath, ['--version']);
    const leftover = {
      id: randomUUID(),
      kind: 'cli',
      name: null,
      processId: pid,
      port: 9,
      controlToken: 'x'.repeat(43),
      isUnwanted: false,
    };
    mkdirSync(windows.instancesFolder);
    const write = (name: string, content: object | string) =>
      writeFileSync(
        path.join(windows.instancesFolder, name),
        typeof content === 'string' ? content : JSON.stringify(content),
      );
    write(`${leftover.id}.json`, leftover);
    const strange = [`${randomUUID()}.json`, 'notes.txt', 'x.json'];
    for (const name of strange) write(name, name.endsWith('.txt') ? 'mine' : { ...leftover, port: 'none' });
    const first = windows.open();
    await first.start();
    const left = readdirSync(windows.instancesFolder);
    expect(left).not.toContain(`${leftover.id}.json`);
    expect(left).toEqual(expect.arrayContaining(strange));
    expect(left).toHaveLength(strange.length + 1);
  });

  test('that cannot be written do not keep the server from serving', async () => {
    const folder = createTemporaryFolder();
    onTestFinished(() => folder.remove());
    writeFileSync(folder.join('file'), '');
    const gateway = createTestGateway({ instancesFolder: folder.join('file') });
    await gateway.start();
    expect(gateway.state.status).toBe('running');
    expect(gateway.lines.join('\n')).toMatch(/warn .*cannot be written/);
  });
});

describe('what a running gateway tells', () => {
  const tls = {
    tlsCertificatePath: path.join(import.meta.dirname, '../fixtures/tls/certificate.pem'),
    tlsKeyPath: path.join(import.meta.dirname, '../fixtures/tls/key.pem'),
  };

  test.each<{ name: string; settings: TestGatewayOptions['settings']; warnings: readonly string[]; scheme?: string }>([
    { name: 'nothing by default', settings: {}, warnings: [] },
    { name: 'that no token is required', settings: { requireToken: false }, warnings: ['no-token-required'] },
    { name: 'that others can reach it', settings: { host: '0.0.0.0' }, warnings: ['open-to-network', 'not-encrypted'] },
    { name: 'less with TLS', settings: { host: '0.0.0.0', ...tls }, warnings: ['open-to-network'], scheme: 'https' },
    { name: 'its scheme', settings: tls, warnings: [], scheme: 'https' },
  ])('$name', async ({ settings, warnings, scheme = 'http' }) => {
    const gateway = createTestGateway({ ...(settings !== undefined && { settings }) });
    await gateway.start();
    expect(gateway.state).toMatchObject({
      status: 'running',
      warnings,
      baseUrl: expect.stringMatching(new RegExp(`^${scheme}://127\\.0\\.0\\.1:\\d+/v1$`)),
    });
    expect(gateway.lines.filter((line) => line.startsWith('warn '))).toHaveLength(warnings.length);
  });

  test('whoever waits, the scheme of the one that serves', async () => {
    const windows = await createWindows();
    const first = windows.open({ settings: tls });
    const second = windows.open();
    await first.start();
    await second.start();
    expect(second.state).toMatchObject({
      status: 'served-elsewhere',
      baseUrl: `https://127.0.0.1:${windows.port}/v1`,
      by: { name: 'test' },
    });
    await second.takeOver();
    expect(second.state).toMatchObject({ status: 'running', baseUrl: `http://127.0.0.1:${windows.port}/v1` });
    await first.until('served-elsewhere', ({ baseUrl, by }) => by !== null && baseUrl.startsWith('http:'));
  });

  test('is let in under a host name as soon as that is allowed', async () => {
    const gateway = createTestGateway();
    await gateway.start();
    const { port } = await gateway.until('running');
    const ask = async (): Promise<number | undefined> => {
      const { get } = await import('node:http');
      const request = get({ host: '127.0.0.1', port, path: '/health', headers: { Host: 'tunnel.example' } });
      const [response] = (await once(request, 'response')) as [{ statusCode?: number; resume: () => void }];
      response.resume();
      return response.statusCode;
    };
    expect(await ask()).toBe(403);
    gateway.allowHost('tunnel.example');
    expect(await ask()).toBe(503);
  });
});

test.each(['unwanted', 'ending'] as const)('a gateway stops within 2 s, whatever it is doing (%s)', async (reason) => {
  const windows = await createWindows();
  const bridgePath = toFakeBridge('never-ready');
  const [first, second] = [windows.open(), windows.open({ bridgePath })];
  void first.start();
  await first.stop(reason);
  void second.start();
  await second.until('running');
  const startedAt = performance.now();
  await second.stop(reason);
  expect(performance.now() - startedAt).toBeLessThan(2_200);
  expect([first.state.status, second.state.status]).toEqual(['stopped', 'stopped']);
  expect(await isServed(windows.port)).toBe(false);
});
