import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createToolTokens } from '../../../../src/credentials/tool-tokens/create-tool-tokens.ts';
import { createFileToolTokenStore } from '../../../../src/credentials/tool-tokens/file-tool-token-store.ts';
import type { ToolToken, ToolTokenStore } from '../../../../src/credentials/tool-tokens/tool-token-store.ts';
import { createAccessTokens } from '../../../../src/credentials/access-tokens/create-access-tokens.ts';
import { createMemoryAccessTokenStore } from '../../../../src/storage/memory-access-token-store.ts';
import { createMemoryLogger } from '../../../support/memory-logger.ts';
import { createTemporaryFolder } from '../../../support/temporary-folder.ts';

const OPENCODE = { id: 'opencode', name: 'OpenCode' };

const createMemoryStore = (): ToolTokenStore => {
  const entries = new Map<string, ToolToken>();
  return {
    read: async (id) => entries.get(id) ?? null,
    async write(id, entry) {
      if (entry === null) entries.delete(id);
      else entries.set(id, entry);
    },
  };
};

const create = (store: ToolTokenStore = createMemoryStore()) => {
  let time = 1_000_000;
  const now = () => time;
  const tokens = createAccessTokens({
    store: createMemoryAccessTokenStore(),
    logger: createMemoryLogger(),
    now,
    ownToken: null,
  });
  onTestFinished(() => tokens.close());
  const toolTokens = createToolTokens({ tokens, store, now });
  return {
    tokens,
    toolTokens,
    names: () => tokens.list().map(({ name }) => name),
    pass: (ms: number) => (time += ms),
  };
};

test('a tool has one token, named after it, that works', async () => {
  const { tokens, toolTokens, names } = create();
  const first = await toolTokens.getFor(OPENCODE);
  expect(first.isNew).toBe(true);
  expect(await tokens.check(first.token)).toMatchObject({ status: 'accepted', client: { tokenName: 'OpenCode' } });
  expect(await toolTokens.getFor(OPENCODE)).toEqual({ token: first.token, isNew: false });
  const other = await toolTokens.getFor({ id: 'zed', name: 'Zed' });
  expect(other.token).not.toBe(first.token);
  expect(names()).toEqual(['OpenCode', 'Zed']);
});

test('asked for at the same time, it is made once', async () => {
  const { toolTokens, names } = create();
  const all = await Promise.all(Array.from({ length: 5 }, () => toolTokens.getFor(OPENCODE)));
  expect(new Set(all.map(({ token }) => token)).size).toBe(1);
  expect(all.filter(({ isNew }) => isNew)).toHaveLength(1);
  expect(names()).toEqual(['OpenCode']);
});

test('a name that something else has gets a number', async () => {
  const { tokens, toolTokens, names } = create();
  tokens.create('opencode');
  tokens.create('OpenCode 2');
  await toolTokens.getFor(OPENCODE);
  expect(names()).toEqual(['opencode', 'OpenCode 2', 'OpenCode 3']);
});

test.each(['revoked', 'expired'] as const)('a token that is %s is made anew, under its name', async (how) => {
  const store = createMemoryStore();
  const { tokens, toolTokens, names, pass } = create(store);
  let token: string;
  if (how === 'revoked') {
    ({ token } = await toolTokens.getFor(OPENCODE));
    tokens.revoke('OpenCode');
  } else {
    const created = tokens.create('OpenCode', { expiresAt: 1_001_000 });
    ({ token } = created);
    await store.write('opencode', { tokenId: created.info.id, token });
    expect(await toolTokens.getFor(OPENCODE)).toEqual({ token, isNew: false });
    pass(2000);
  }
  const next = await toolTokens.getFor(OPENCODE);
  expect(next.isNew).toBe(true);
  expect(next.token).not.toBe(token);
  expect(names()).toEqual(['OpenCode']);
  expect((await tokens.check(token)).status).not.toBe('accepted');
});

test('a token that cannot be kept is not left behind', async () => {
  const { toolTokens, names } = create({
    read: async () => null,
    write: async () => {
      throw new Error('full');
    },
  });
  await expect(toolTokens.getFor(OPENCODE)).rejects.toThrow('full');
  expect(names()).toEqual([]);
  await expect(toolTokens.getFor(OPENCODE)).rejects.toThrow('full');
});

test('a token that is dropped is revoked and forgotten', async () => {
  const { tokens, toolTokens, names } = create();
  const { token } = await toolTokens.getFor(OPENCODE);
  await toolTokens.drop(OPENCODE);
  expect(names()).toEqual([]);
  expect((await tokens.check(token)).status).not.toBe('accepted');
  await toolTokens.drop(OPENCODE);
  expect((await toolTokens.getFor(OPENCODE)).isNew).toBe(true);
});

describe('the file', () => {
  const openFile = () => {
    const folder = createTemporaryFolder();
    const file = folder.join('home', 'tool-tokens.json');
    return { file, store: createFileToolTokenStore(file), home: folder.join('home'), [Symbol.dispose]: folder.remove };
  };
  const entry = { tokenId: 'tok_1', token: 'secret-1' };

  test('keeps tokens for its owner alone', async () => {
    using place = openFile();
    expect(await place.store.read('opencode')).toBeNull();
    await place.store.write('opencode', entry);
    await place.store.write('zed', { tokenId: 'tok_2', token: 'secret-2' });
    expect((statSync(place.file).mode & 0o777).toString(8)).toBe('600');
    expect((statSync(place.home).mode & 0o777).toString(8)).toBe('700');
    expect(await createFileToolTokenStore(place.file).read('opencode')).toEqual(entry);
    await place.store.write('opencode', null);
    expect(await place.store.read('opencode')).toBeNull();
    expect(await place.store.read('zed')).not.toBeNull();
    expect(readdirSync(place.home).toSorted()).toEqual(['tool-tokens.json', 'tool-tokens.json.lock']);
  });

  test('two at the same time lose nothing', async () => {
    using place = openFile();
    const other = createFileToolTokenStore(place.file);
    await Promise.all(
      Array.from({ length: 10 }, (_, index) => (index % 2 === 0 ? place.store : other).write(`tool-${index}`, entry)),
    );
    expect(Object.keys(JSON.parse(readFileSync(place.file, 'utf8')))).toHaveLength(10);
  });

  test('is closed to others again, whoever has opened it', async () => {
    using place = openFile();
    await place.store.write('opencode', entry);
    chmodSync(place.file, 0o644);
    await place.store.read('opencode');
    expect((statSync(place.file).mode & 0o777).toString(8)).toBe('600');
  });

  test.each(['', '{', '[]', '{"opencode":1}'])('%j counts as none, and is replaced', async (text) => {
    using place = openFile();
    await place.store.write('zed', entry);
    writeFileSync(place.file, text);
    expect(await place.store.read('opencode')).toBeNull();
    await place.store.write('opencode', entry);
    expect(await place.store.read('opencode')).toEqual(entry);
  });

  test('is named where it cannot be used', async () => {
    using folder = createTemporaryFolder();
    const store = createFileToolTokenStore(folder.path);
    await expect(store.read('opencode')).rejects.toMatchObject({ message: expect.stringContaining(folder.path) });
  });
});
