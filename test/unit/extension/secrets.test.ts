import { describe, expect, it } from 'vitest';
import { createSecrets } from '../../../src/extension/secrets.ts';
import { createMemorySecretStorage } from './memory-secret-storage.ts';

describe('secrets', () => {
  it('makes the access token once', async () => {
    const storage = createMemorySecretStorage();
    let made = 0;
    const generate = (): string => `token-${(made += 1)}`;
    expect(await createSecrets(storage).getAccessToken(generate)).toBe('token-1');
    expect(await createSecrets(storage).getAccessToken(generate)).toBe('token-1');
    expect(storage.values.get('portside.accessToken')).toBe('token-1');
    expect(made).toBe(1);
  });

  it('reads what is there, and makes nothing for that', async () => {
    const storage = createMemorySecretStorage();
    const secrets = createSecrets(storage);
    expect(await secrets.readAccessToken()).toBeNull();
    await secrets.setAccessToken('token-2');
    expect(await secrets.readAccessToken()).toBe('token-2');
    expect(await secrets.getAccessToken(() => 'token-3')).toBe('token-2');
  });

  it.each([
    ['a key of an earlier version', { 'portside.cursorApiKey': 'crsr_old' }, ['crsr_old']],
    ['none', {}, []],
  ])('hands over %s, once', async (_, entries, expected) => {
    const storage = createMemorySecretStorage(entries);
    const adopted: string[] = [];
    const adopt = async (key: string): Promise<void> => void adopted.push(key);
    await createSecrets(storage).handOverCursorApiKey(adopt);
    await createSecrets(storage).handOverCursorApiKey(adopt);
    expect(adopted).toEqual(expected);
    expect(storage.values.size).toBe(0);
  });

  it('keeps a key that could not be handed over', async () => {
    const storage = createMemorySecretStorage({ 'portside.cursorApiKey': 'crsr_old' });
    const refuse = (): Promise<void> => Promise.reject(new Error('locked'));
    await expect(createSecrets(storage).handOverCursorApiKey(refuse)).rejects.toThrow('locked');
    expect(storage.values.get('portside.cursorApiKey')).toBe('crsr_old');
  });
});
