import { describe, expect, it, vi } from 'vitest';
import { GatewayError } from '../../../../src/core/gateway-error.ts';
import type { PanelCommandHandlers, PanelRequestHandlers } from '../../../../src/extension/panel/message-schemas.ts';
import { commandSchemas, requestSchemas } from '../../../../src/extension/panel/message-schemas.ts';
import { createPanelTransport } from '../../../../src/extension/panel/panel-transport.ts';
import { panelCommands, panelRequests } from '../../../../src/panel/contract/panel-messages.ts';

const FORM = { name: 'x', expiresInDays: null, account: null, models: null, requestsPerMinute: null };

/** Parameters that fit, for every question. */
const REQUESTS: Readonly<Record<keyof typeof panelRequests, unknown>> = {
  getRequest: { id: 1 },
  cancelRequest: { id: 1 },
  copyRequestAsCurl: { id: 1 },
  createToken: FORM,
  revokeToken: { id: 'tok_1' },
  getGuide: { toolId: 'a', model: 'b' },
  copySnippet: { toolId: 'a', model: 'b', isInContainer: false, step: 0 },
  writeConfig: { toolId: 'a', model: 'b', isInContainer: true },
  undoConfig: { toolId: 'a' },
  testTool: { toolId: 'a', model: 'b' },
};

/** The same for every command. */
const COMMANDS: Readonly<Record<keyof typeof panelCommands, unknown>> = {
  ready: { tab: 'overview' },
  showTab: { tab: 'connect' },
  run: { command: 'portside.startServer' },
  copy: { text: 'a', what: 'b' },
  watchRequest: { id: null },
  openRequest: { id: 1 },
  setCapture: { isCapturing: true },
  clearRequests: null,
  closeSession: { state: 'held', id: 'a' },
  closeAllSessions: null,
  useAccount: { name: 'a' },
  removeAccount: { name: 'a' },
  copyCreatedToken: null,
  forgetCreatedToken: null,
};

/** Handlers that note what they are called with; `failure` is thrown by all of them where it is given. */
const createHarness = (failure?: Error) => {
  const calls: (readonly [string, unknown])[] = [];
  const toHandler =
    (name: string) =>
    (params: unknown): never => {
      calls.push([name, params]);
      if (failure !== undefined) throw failure;
      return name as never;
    };
  const toHandlers = (names: readonly string[]): unknown =>
    Object.fromEntries(names.map((name) => [name, async (params: unknown) => toHandler(name)(params)]));
  const post = vi.fn();
  const showFailure = vi.fn();
  const log = vi.fn();
  const ignore = (): void => undefined;
  const transport = createPanelTransport({
    post,
    requests: toHandlers(Object.keys(panelRequests)) as PanelRequestHandlers,
    commands: toHandlers(Object.keys(panelCommands)) as PanelCommandHandlers,
    logger: { debug: ignore, info: ignore, warn: ignore, error: log },
    describeFailure: (error) => (error instanceof GatewayError ? error.message : 'for people'),
    showFailure,
  });
  return { transport, calls, post, showFailure, log };
};

describe('panel transport', () => {
  it.each(Object.keys(panelRequests) as (keyof typeof panelRequests)[])('answers %s', async (name) => {
    const { transport, calls, post } = createHarness();
    await transport.receive({ kind: 'request', id: 7, method: panelRequests[name].method, params: REQUESTS[name] });
    expect(calls).toEqual([[name, REQUESTS[name]]]);
    expect(post.mock.calls).toEqual([[{ kind: 'result', id: 7, result: name }]]);
  });

  it.each(Object.keys(panelCommands) as (keyof typeof panelCommands)[])('obeys %s, without an answer', async (name) => {
    const { transport, calls, post } = createHarness();
    await transport.receive({ kind: 'command', method: panelCommands[name].method, params: COMMANDS[name] });
    expect(calls).toEqual([[name, COMMANDS[name]]]);
    expect(post).not.toHaveBeenCalled();
  });

  it.each<readonly [string, unknown]>([
    ['nothing', undefined],
    ['a text', 'requests/get'],
    ['a foreign object', { type: 'webpackOk' }],
    ['an unknown kind', { kind: 'notification', method: 'overview', params: {} }],
    ['an unknown method', { kind: 'request', id: 1, method: 'secrets/read', params: {} }],
    ['a method of the prototype', { kind: 'command', method: 'constructor', params: {} }],
    ['a question sent as a command', { kind: 'command', method: 'tokens/create', params: FORM }],
    ['a command sent as a question', { kind: 'request', id: 1, method: 'requests/clear', params: null }],
    ['a question without an id', { kind: 'request', method: 'requests/get', params: { id: 1 } }],
    ['parameters of another type', { kind: 'request', id: 1, method: 'requests/get', params: { id: '1' } }],
    ['no parameters', { kind: 'command', method: 'ready' }],
    ['an unknown tab', { kind: 'command', method: 'ready', params: { tab: 'secrets' } }],
    ['a path in place of a tool', { kind: 'request', id: 1, method: 'connect/undo', params: { toolId: '../../x' } }],
    [
      'a container that is neither on nor off',
      { kind: 'request', id: 1, method: 'connect/guide', params: { toolId: 'x', model: 'm', isInContainer: 'yes' } },
    ],
    [
      'a command of the editor',
      { kind: 'command', method: 'command/run', params: { command: 'workbench.action.quit' } },
    ],
    [
      'a command of ours that is not for the panel',
      { kind: 'command', method: 'command/run', params: { command: 'portside.setCursorApiKey' } },
    ],
  ])('drops %s', async (_, message) => {
    const { transport, calls, post, showFailure } = createHarness();
    await transport.receive(message);
    expect(calls).toEqual([]);
    expect(post).not.toHaveBeenCalled();
    expect(showFailure).not.toHaveBeenCalled();
  });

  it('checks the parameters of everything that there is', () => {
    expect(Object.keys(requestSchemas)).toEqual(Object.keys(panelRequests));
    expect(Object.keys(commandSchemas)).toEqual(Object.keys(panelCommands));
  });

  it.each([
    [new Error('EACCES /home/me/secret'), 'for people'],
    [new GatewayError('conflict', 'There is one already.'), 'There is one already.'],
  ])('tells people of a failed question, and the log why: %s', async (failure, message) => {
    const { transport, post, log } = createHarness(failure);
    await transport.receive({ kind: 'request', id: 3, method: 'requests/get', params: { id: 1 } });
    expect(post.mock.calls).toEqual([[{ kind: 'failure', id: 3, message }]]);
    expect(log.mock.calls[0]?.[1]).toMatchObject({ method: 'requests/get', cause: failure.stack });
  });

  it('shows the failure of a command', async () => {
    const failure = new Error('no');
    const { transport, post, showFailure } = createHarness(failure);
    await transport.receive({ kind: 'command', method: 'requests/clear', params: null });
    expect(showFailure).toHaveBeenCalledWith(failure);
    expect(post).not.toHaveBeenCalled();
  });

  it('names notifications as the contract does', () => {
    const { transport, post } = createHarness();
    transport.notify('sessions', { rows: [] });
    expect(post.mock.calls).toEqual([[{ kind: 'notification', method: 'sessions', payload: { rows: [] } }]]);
  });
});
