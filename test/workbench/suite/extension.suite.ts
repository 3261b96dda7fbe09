/// <reference types="mocha" />
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { PortsideApi, PortsideState } from '../../../src/extension/api/portside-api.ts';
import { startSimulator, type Simulator } from '../../../src/simulator/main.ts';
import { findFreePort, occupyPort } from '../../support/free-port.ts';
import { isPortOpen } from '../support/is-port-open.ts';
import { createLineLogger } from '../support/line-logger.ts';
import { waitUntil } from '../support/wait-until.ts';

const extension = (): vscode.Extension<PortsideApi> => {
  const found = vscode.extensions.getExtension<PortsideApi>('portside.portside');
  assert.ok(found, 'the extension is installed');
  return found;
};

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

const contributions = (name: string): unknown => {
  const manifest: unknown = extension().packageJSON;
  const contributes = isRecord(manifest) ? manifest['contributes'] : undefined;
  return isRecord(contributes) ? contributes[name] : undefined;
};

const commandIds = (): readonly string[] => {
  const commands = contributions('commands');
  assert.ok(Array.isArray(commands) && commands.length >= 9);
  return commands.map((command: unknown) => String(isRecord(command) ? command['command'] : undefined));
};

const configure = async (settings: Readonly<Record<string, unknown>>): Promise<void> => {
  for (const [name, value] of Object.entries(settings)) {
    await vscode.workspace.getConfiguration('portside').update(name, value, vscode.ConfigurationTarget.Global);
  }
};

const defaultOf = (name: string): unknown => vscode.workspace.getConfiguration('portside').inspect(name)?.defaultValue;

const run = async (command: string): Promise<void> => {
  await vscode.commands.executeCommand(`portside.${command}`);
};

const copiedBy = async (command: string): Promise<string> => {
  await vscode.env.clipboard.writeText('');
  await run(command);
  return waitUntil(`${command} copies something`, async () => (await vscode.env.clipboard.readText()) || undefined);
};

const health = async (port: number): Promise<unknown> => {
  const response = await fetch(`http://127.0.0.1:${port}/health`);
  return response.ok ? response.json() : undefined;
};

const start = async (port: number): Promise<void> => {
  await configure({ port });
  await run('startServer');
  await waitUntil('the bridge is connected', () => health(port), 30_000);
};

describe('Portside in the extension host', () => {
  let simulator: Simulator | undefined;

  before(async () => {
    simulator = await startSimulator({
      // The editor keeps what its extension host writes there.
      logger: createLineLogger((line) => process.stderr.write(line)),
      scenario: {},
    });
    await configure({ backendUrl: simulator.url });
    process.env['CURSOR_API_KEY'] = 'crsr_suite';
    await extension().activate();
  });

  afterEach(() => run('stopServer'));

  after(async () => {
    await configure({ port: undefined, backendUrl: undefined });
    await simulator?.close();
  });

  it('is the installed package for this platform, and active', () => {
    assert.equal(extension().isActive, true);
    assert.equal(extension().extensionKind, vscode.ExtensionKind.Workspace);
    assert.match(extension().extensionPath, /[/\\]portside\.portside-[^/\\]+$/);
  });

  it('has every command that its manifest names', async () => {
    const registered = new Set(await vscode.commands.getCommands(true));
    assert.deepEqual(
      commandIds().filter((id) => !registered.has(id)),
      [],
    );
  });

  it('has the defaults that its settings promise', () => {
    assert.deepEqual(['port', 'host', 'defaultModel', 'autoStart', 'backendUrl'].map(defaultOf), [
      8765,
      '127.0.0.1',
      'composer-2.5',
      false,
      '',
    ]);
  });

  it('does not listen before it is asked to', async () => {
    const port = await findFreePort();
    await configure({ port });
    assert.equal(await isPortOpen(port), false);
  });

  it('starts, answers a chat through the port, and stops', async () => {
    const port = await findFreePort();
    await start(port);
    assert.deepEqual(await copiedBy('copyBaseUrl'), `http://127.0.0.1:${port}/v1`);
    const token = await copiedBy('copyAccessToken');
    const ask = (headers: Record<string, string>): Promise<Response> =>
      fetch(`http://127.0.0.1:${port}/v1/chat/completions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ model: 'auto', messages: [{ role: 'user', content: 'Are you there?' }] }),
      });
    assert.equal((await ask({})).status, 401);
    const response = await ask({ authorization: `Bearer ${token}` });
    const answer = await response.text();
    assert.equal(response.status, 200, answer);
    assert.match(answer, /Are you there\?/);

    await run('stopServer');
    assert.equal(await isPortOpen(port), false);
  });

  it('toggles, and comes back with the same token after a restart', async () => {
    const port = await findFreePort();
    await configure({ port });
    await run('toggleServer');
    assert.equal(await isPortOpen(port), true);
    const token = await copiedBy('copyAccessToken');
    await run('restartServer');
    assert.equal(await isPortOpen(port), true);
    assert.equal(await copiedBy('copyAccessToken'), token);
    await run('toggleServer');
    assert.equal(await isPortOpen(port), false);
  });

  it('leaves a taken port to whom it belongs', async () => {
    const taken = await occupyPort();
    try {
      await configure({ port: taken.port });
      // Resolves although the start failed: the failure is a notification and a state, not an exception.
      await run('startServer');
      const response = await fetch(`http://127.0.0.1:${taken.port}/health`).catch(() => undefined);
      assert.equal(response, undefined);
    } finally {
      await taken.release();
    }
    await run('startServer');
    assert.equal(await isPortOpen(taken.port), true);
  });

  it('tells other extensions its address and what becomes of it', async () => {
    const { exports: api } = extension();
    const states: PortsideState[] = [];
    const listening = api.onDidChangeState((state) => states.push(state));
    try {
      assert.equal(api.baseUrl, null);
      const port = await findFreePort();
      await start(port);
      const baseUrl = `http://127.0.0.1:${port}/v1`;
      assert.equal(api.baseUrl, baseUrl);
      await run('stopServer');
      assert.equal(api.baseUrl, null);
      assert.deepEqual(states, [{ status: 'starting' }, { status: 'running', baseUrl }, { status: 'stopped' }]);
    } finally {
      listening.dispose();
    }
  });

  it('gives another extension no token without asking', async () => {
    const { exports: api } = extension();
    await assert.rejects(async () => api.createToken({ name: ' ' }), {
      name: 'PortsideApiError',
      code: 'invalid_request',
    });
    // The question cannot be shown to anybody here.
    await assert.rejects(api.createToken({ name: 'Suite' }));
  });

  it('keeps secrets out of the settings', async () => {
    const port = await findFreePort();
    await start(port);
    const token = await copiedBy('copyAccessToken');
    const settings = JSON.stringify(vscode.workspace.getConfiguration());
    assert.ok(settings.includes('"backendUrl"'));
    for (const secret of [token, 'crsr_suite']) assert.ok(!settings.includes(secret));
  });
});
