import { describe, expect, it } from 'vitest';
import { createSecrets } from '../../../src/extension/secrets.ts';

const createStorage = (entries: Record<string, string> = {}) => {
  const values = new Map(Object.entries(entries));
  const listeners = new Set<(event: { key: string }) => unknown>();
  const changed = (key: string): void => {
    for (const listener of listeners) listener({ key });
  };
  return {
    values,
    get: async (key: string) => values.get(key),
    async store(key: string, value: string) {
      values.set(key, value);
      changed(key);
    },
    async delete(key: string) {
      values.delete(key);
      changed(key);
    },
    onDidChange(listener: (event: { key: string }) => unknown) {
      listeners.add(listener);
      return { dispose: () => listeners.delete(listener) };
    },
  };
};

const STORED = { 'portside.cursorApiKey': 'crsr_stored' };

describe('secrets', () => {
  it.each([
    ['none', {}, {}, null, 'none'],
    ['a stored one', STORED, {}, 'crsr_stored', 'stored'],
    ['one of the environment', {}, { CURSOR_API_KEY: ' crsr_env\n' }, 'crsr_env', 'environment'],
    ['the stored one before the other', STORED, { CURSOR_API_KEY: 'crsr_env' }, 'crsr_stored', 'stored'],
    ['none for an empty variable', {}, { CURSOR_API_KEY: ' ' }, null, 'none'],
  ])('Cursor API key: %s', async (_, stored, environment, key, source) => {
    const secrets = createSecrets(createStorage(stored), environment);
    expect(await secrets.getApiKey()).toBe(key);
    expect(await secrets.getCursorApiKeySource()).toBe(source);
  });

  it('stores and removes the Cursor API key, and tells of it until asked to stop', async () => {
    const storage = createStorage();
    const secrets = createSecrets(storage, {});
    let changes = 0;
    const stopListening = secrets.onDidChangeCursorApiKey(() => (changes += 1));
    await secrets.setCursorApiKey('crsr_new');
    expect(storage.values).toEqual(new Map([['portside.cursorApiKey', 'crsr_new']]));
    await secrets.getAccessToken(() => 'token');
    await secrets.removeCursorApiKey();
    expect(await secrets.getApiKey()).toBeNull();
    expect(changes).toBe(2);
    stopListening();
    await secrets.setCursorApiKey('crsr_new');
    expect(changes).toBe(2);
  });

  it('makes the access token once', async () => {
    const storage = createStorage();
    let made = 0;
    const generate = (): string => `token-${(made += 1)}`;
    expect(await createSecrets(storage, {}).getAccessToken(generate)).toBe('token-1');
    expect(await createSecrets(storage, {}).getAccessToken(generate)).toBe('token-1');
    expect(storage.values.get('portside.accessToken')).toBe('token-1');
    expect(made).toBe(1);
  });
});
