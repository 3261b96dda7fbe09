import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ConversationInfo } from '../../../../src/core/conversation-info.ts';
import type { ActivityLog } from '../../../../src/core/request-activity.ts';
import { createAccessTokens } from '../../../../src/credentials/access-tokens/create-access-tokens.ts';
import type { ActivityHolder } from '../../../../src/extension/activity-holder.ts';
import { createToolTokenSecrets } from '../../../../src/extension/connect/tool-token-secrets.ts';
import { createAccessHandlers } from '../../../../src/extension/panel/access-handlers.ts';
import { createRequestHandlers } from '../../../../src/extension/panel/request-handlers.ts';
import { createSessionHandlers } from '../../../../src/extension/panel/session-handlers.ts';
import { revokeAccessToken } from '../../../../src/extension/tokens/revoke-access-token.ts';
import { copyAccessToken } from '../../../../src/extension/tokens/copy-access-token.ts';
import { readNewTokenForm } from '../../../../src/extension/tokens/new-token-form.ts';
import type { NewTokenForm } from '../../../../src/panel/models.ts';
import { createMemoryAccessTokenStore } from '../../../../src/storage/memory-access-token-store.ts';
import { createMemoryLogger } from '../../../support/memory-logger.ts';
import { english } from '../english.ts';
import { createMemorySecretStorage } from '../memory-secret-storage.ts';
import { OWN_FOLDER_ID, STATES, anAccount } from '../states.ts';
import { aRequest } from './requests.ts';

const editor = vi.hoisted(() => ({
  clipboard: '',
  answers: [] as (string | undefined)[],
  questions: [] as string[],
  picks: [] as unknown[],
}));
vi.mock('vscode', () => {
  const ask = async (message: string): Promise<string | undefined> => {
    editor.questions.push(message);
    return editor.answers.shift();
  };
  return {
    env: {
      clipboard: {
        async writeText(text: string) {
          editor.clipboard = text;
        },
      },
    },
    l10n: { t: (...args: Parameters<typeof english.t>) => english.t(...args) },
    window: {
      setStatusBarMessage: () => undefined,
      showInformationMessage: ask,
      showWarningMessage: ask,
      showErrorMessage: ask,
      showQuickPick: async () => editor.picks.shift(),
    },
  };
});

const NOW = Date.UTC(2026, 5, 1, 12);
const FORM: NewTokenForm = {
  name: 'laptop',
  expiresInDays: null,
  account: null,
  models: null,
  requestsPerMinute: null,
};

const endings: (() => void)[] = [];
beforeEach(() => {
  Object.assign(editor, { clipboard: '', answers: [], questions: [] });
});
afterEach(() => {
  for (const end of endings.splice(0)) end();
});

describe('the form of a new token', () => {
  it.each<readonly [Partial<NewTokenForm>, object]>([
    [{ name: ' laptop ' }, { name: 'laptop', limits: { expiresAt: null, account: null, models: null } }],
    [{ expiresInDays: 7 }, { limits: { expiresAt: NOW + 7 * 86_400_000 } }],
    [{ account: ' work ' }, { limits: { account: 'work' } }],
    [{ account: ' ' }, { limits: { account: null } }],
    [{ models: ['auto', ' gpt-5 ', 'auto'] }, { limits: { models: ['auto', 'gpt-5'] } }],
    [{ requestsPerMinute: 60 }, { limits: { requestsPerMinute: 60 } }],
    [{ name: ' ' }, { problem: 'Enter a name.' }],
    [{ name: 'Taken' }, { problem: 'There is a token of this name.' }],
    [{ name: 'ｔａｋｅｎ' }, { problem: 'There is a token of this name.' }],
    [{ expiresInDays: 0 }, { problem: /expires after/ }],
    [{ expiresInDays: 9999 }, { problem: /expires after/ }],
    [{ expiresInDays: Number.NaN }, { problem: /expires after/ }],
    [{ models: [] }, { problem: 'Name at least one model.' }],
    [{ requestsPerMinute: 1.5 }, { problem: 'Enter a whole number above 0.' }],
    [{ requestsPerMinute: 0 }, { problem: 'Enter a whole number above 0.' }],
  ])('%j', (changes, expected) => {
    const read = readNewTokenForm({ ...FORM, ...changes }, [{ name: 'taken' }], { l10n: english, now: NOW });
    if ('problem' in expected && expected.problem instanceof RegExp) {
      expect('problem' in read ? read.problem : '').toMatch(expected.problem);
    } else {
      expect(read).toMatchObject(expected);
    }
  });
});

describe('the access tab', () => {
  const createHarness = () => {
    const tokens = createAccessTokens({
      store: createMemoryAccessTokenStore(),
      logger: createMemoryLogger(),
      ownToken: null,
    });
    endings.push(() => tokens.close());
    const secrets = createMemorySecretStorage();
    const accounts = {
      used: [] as string[],
      removed: [] as string[],
      list: async () => [anAccount({ name: 'mine' }), anAccount({ name: 'env', source: 'environment' })],
      current: async () => anAccount(),
      async use(name: string) {
        this.used.push(name);
      },
      async remove(name: string) {
        this.removed.push(name);
      },
    };
    const toolTokens = createToolTokenSecrets(secrets);
    const handlers = createAccessHandlers({
      services: { open: () => Promise.resolve({ accounts, openTokens: async () => ({ tokens }) } as never) },
      toolTokens,
    });
    return { ...handlers, tokens, secrets, accounts, toolTokens };
  };

  it.each(['the page', 'the view'])('creates a token that works, and copies it as long as %s shows it', async (who) => {
    const { requests, commands, forgetCreated, tokens } = createHarness();
    const created = await requests.createToken(FORM);
    if (created.status !== 'created') throw new Error(created.message);
    expect(await tokens.check(created.token)).toMatchObject({ status: 'accepted', client: { tokenName: 'laptop' } });
    await commands.copyCreatedToken(null);
    expect(editor.clipboard).toBe(created.token);
    editor.clipboard = 'other';
    if (who === 'the page') await commands.forgetCreatedToken(null);
    else forgetCreated();
    await commands.copyCreatedToken(null);
    expect(editor.clipboard).toBe('other');
  });

  it.each(['laptop', 'default', 'a\nb'])('refuses a second %j, and says why', async (name) => {
    const { requests, tokens } = createHarness();
    await requests.createToken(FORM);
    expect(await requests.createToken({ ...FORM, name })).toMatchObject({
      status: 'refused',
      message: expect.stringMatching(/\w{5}/),
    });
    expect(tokens.list()).toHaveLength(1);
  });

  it.each([
    ['Revoke Access Token', true, 0],
    [undefined, false, 1],
  ])('revokes after a question (%s), with what was kept for a tool', async (answer, isRevoked, left) => {
    const { requests, tokens, toolTokens, secrets } = createHarness();
    const { info, token } = tokens.create('OpenCode');
    await toolTokens.write('opencode', { tokenId: info.id, token });
    editor.answers = [answer];
    expect(await requests.revokeToken({ id: info.id })).toBe(isRevoked);
    expect(editor.questions[0]).toContain('OpenCode');
    expect(tokens.list()).toHaveLength(left);
    expect(secrets.values.size).toBe(left);
    expect((await tokens.check(token)).status).toBe(isRevoked ? 'unknown' : 'accepted');
  });

  it('forgets what was kept for a tool when its token is revoked by the command', async () => {
    const { tokens, toolTokens, secrets } = createHarness();
    const { info, token } = tokens.create('OpenCode');
    await toolTokens.write('opencode', { tokenId: info.id, token });
    const openTokens = async () => ({ tokens, defaultToken: {} }) as never;
    editor.picks = [{ id: info.id }];
    await revokeAccessToken({ openTokens }, toolTokens);
    expect(tokens.list()).toEqual([]);
    expect(secrets.values.size).toBe(0);
  });

  it('asks nothing for a token that is gone', async () => {
    expect(await createHarness().requests.revokeToken({ id: 'tok_gone' })).toBe(false);
    expect(editor.questions).toEqual([]);
  });

  it.each([
    ['mine', 'Sign Out', ['mine']],
    ['mine', undefined, []],
    ['env', 'Sign Out', []],
    ['gone', 'Sign Out', []],
  ])('signs out of %s after a question (%s)', async (name, answer, removed) => {
    const { commands, accounts } = createHarness();
    editor.answers = [answer];
    await commands.removeAccount({ name });
    expect(accounts.removed).toEqual(removed);
    expect(editor.questions).toHaveLength(name === 'mine' ? 1 : 0);
  });

  it('switches the account', async () => {
    const { commands, accounts } = createHarness();
    await commands.useAccount({ name: 'mine' });
    expect(accounts.used).toEqual(['mine']);
  });
});

describe('copying the default access token', () => {
  it.each([
    ['idle', true],
    ['stopped', true],
    ['otherWindow', true],
    ['otherEditor', false],
    ['commandLine', false],
    ['unknownPortside', false],
  ] as const)('%s: %s', async (name, isCopied) => {
    const defaultToken = { read: async () => 'default-token' };
    await copyAccessToken({
      state: STATES[name],
      dataFolderId: OWN_FOLDER_ID,
      services: {
        open: () => Promise.resolve({ openTokens: async () => ({ defaultToken }) } as never),
        close: () => undefined,
      },
      titleOf: (command) => command,
    });
    expect(editor.clipboard).toBe(isCopied ? 'default-token' : '');
    expect(editor.questions.join(' ')).toMatch(isCopied ? /^$/ : /does not know the access tokens of this editor/);
  });
});

describe('the sessions tab', () => {
  const conversation = (id: string): ConversationInfo => ({
    state: 'session',
    id,
    owner: 'default',
    model: 'auto',
    createdAt: 0,
    lastUsedAt: 0,
    turns: 1,
    usage: null,
    pendingTools: [],
    sessionId: null,
  });
  const createHarness = () => {
    let open = [conversation('a'), conversation('b')];
    const onDidClose = vi.fn();
    const handlers = createSessionHandlers({
      server: {
        conversations: {
          list: () => open,
          close({ id }) {
            open = open.filter((each) => each.id !== id);
            return true;
          },
        },
      },
      onDidClose,
    });
    return { handlers, onDidClose, readIds: () => open.map(({ id }) => id) };
  };

  it('closes one without a question', async () => {
    const { handlers, onDidClose, readIds } = createHarness();
    await handlers.closeSession({ state: 'session', id: 'a' });
    expect(readIds()).toEqual(['b']);
    expect(editor.questions).toEqual([]);
    expect(onDidClose).toHaveBeenCalled();
  });

  it.each([
    ['Close All', []],
    [undefined, ['a', 'b']],
  ])('closes all after a question: %s', async (answer, left) => {
    const { handlers, readIds } = createHarness();
    editor.answers = [answer];
    await handlers.closeAllSessions(null);
    expect(readIds()).toEqual(left);
    expect(editor.questions).toHaveLength(1);
  });
});

describe('the requests tab', () => {
  const createHarness = () => {
    const calls: string[] = [];
    const log: ActivityLog = {
      id: 'log',
      list: () => [],
      listSince: () => [],
      findSummary: (id) => (id === 1 ? aRequest() : null),
      find: (id) => (id === 1 ? aRequest() : null),
      today: { requests: 0, inputTokens: 0, outputTokens: 0, costUsd: 0 },
      cancel(id) {
        calls.push(`cancel ${id}`);
        return true;
      },
      isCapturing: false,
      setCapturing: (isCapturing) => void calls.push(`capture ${isCapturing}`),
      clear: () => void calls.push('clear'),
      onDidChange: () => () => undefined,
    };
    const holder: { log: ActivityLog | null } = { log };
    const activity: ActivityHolder = {
      get log() {
        return holder.log;
      },
      async open() {
        calls.push('open');
        holder.log = log;
        return { ...log, begin: () => Promise.reject(new Error('unused')) as never };
      },
      onDidOpen: () => () => undefined,
      close: () => undefined,
    };
    return {
      ...createRequestHandlers({
        activity,
        preview: {
          async show(id) {
            calls.push(`show ${id}`);
          },
        },
        readRequest: (id) => holder.log?.find(id) ?? null,
        toBaseUrl: () => 'http://127.0.0.1:1/v1',
      }),
      calls,
      holder,
    };
  };

  it('finds, cancels, clears and captures', async () => {
    const { requests, commands, calls } = createHarness();
    expect(await requests.getRequest({ id: 1 })).toMatchObject({ id: 1 });
    expect(await requests.getRequest({ id: 2 })).toBeNull();
    expect(await requests.cancelRequest({ id: 1 })).toBe(true);
    await commands.clearRequests(null);
    await commands.setCapture({ isCapturing: true });
    await commands.setCapture({ isCapturing: false });
    expect(calls).toEqual(['cancel 1', 'clear', 'open', 'capture true', 'capture false']);
  });

  it('is there before anything was served', async () => {
    const { requests, commands, holder, calls } = createHarness();
    holder.log = null;
    expect(await requests.getRequest({ id: 1 })).toBeNull();
    expect(await requests.cancelRequest({ id: 1 })).toBe(false);
    await commands.clearRequests(null);
    await commands.setCapture({ isCapturing: false });
    expect(calls).toEqual([]);
  });

  it('copies a request as curl, and opens it', async () => {
    const { requests, commands, calls } = createHarness();
    expect(await requests.copyRequestAsCurl({ id: 1 })).toBe(true);
    expect(editor.clipboard).toContain("curl 'http://127.0.0.1:1/v1/chat/completions'");
    await commands.openRequest({ id: 1 });
    expect(calls).toEqual(['show 1']);
  });

  it.each(['copied', 'opened'])('says that a request is gone that is to be %s', async (what) => {
    const { requests, commands, calls } = createHarness();
    if (what === 'copied') expect(await requests.copyRequestAsCurl({ id: 2 })).toBe(false);
    else await commands.openRequest({ id: 2 });
    expect(editor.questions[0]).toContain('not known any more');
    expect(editor.clipboard).toBe('');
    expect(calls).toEqual([]);
  });
});
