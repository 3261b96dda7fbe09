import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AccessTokens } from '../../../src/credentials/access-tokens/access-tokens.ts';
import { createSecrets } from '../../../src/extension/secrets.ts';
import { createDefaultToken } from '../../../src/extension/tokens/default-token.ts';
import { openAccessTokens } from '../../../src/host/open-access-tokens.ts';
import { createMemoryLogger } from '../../support/memory-logger.ts';
import { createMemorySecretStorage } from './memory-secret-storage.ts';

const opened: AccessTokens[] = [];
let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'portside-default-token-'));
});
afterEach(async () => {
  for (const tokens of opened.splice(0)) tokens.close();
  await rm(folder, { recursive: true });
});

/** Windows that share the stored tokens, and have secret storages of their own as in a browser, or one. */
const createWindows = (...storages: readonly ReturnType<typeof createMemorySecretStorage>[]) => {
  let made = 0;
  return storages.map((storage) => {
    const tokens = openAccessTokens({ folder, logger: createMemoryLogger(), ownToken: null });
    opened.push(tokens);
    const generate = (): string => `token-${(made += 1)}`;
    const defaultToken = createDefaultToken({ tokens, secrets: createSecrets(storage), generate });
    const check = async (token: string): Promise<string> => (await tokens.check(token)).status;
    return { defaultToken, check, storage };
  });
};

const pair = (...[one, other]: ReturnType<typeof createWindows>) => {
  if (one === undefined || other === undefined) throw new Error('Two windows are expected.');
  return [one, other] as const;
};

describe('the default token of windows', () => {
  it('is one where they share their secrets', async () => {
    const shared = createMemorySecretStorage();
    const [one, other] = pair(...createWindows(shared, shared));
    await Promise.all([one.defaultToken.ensure(), other.defaultToken.ensure()]);
    const token = await one.defaultToken.read();
    expect(token).not.toBeNull();
    expect(await other.defaultToken.read()).toBe(token);
    const rotated = await other.defaultToken.rotate();
    expect(await one.defaultToken.read()).toBe(rotated);
  });

  it('stays replaced where another window takes over that still has the old one', async () => {
    const [one, other] = pair(
      ...createWindows(
        createMemorySecretStorage({ 'portside.accessToken': 'old' }),
        createMemorySecretStorage({ 'portside.accessToken': 'old' }),
      ),
    );
    await one.defaultToken.ensure();
    const rotated = await one.defaultToken.rotate();
    await other.defaultToken.ensure();
    expect([await other.check('old'), await other.check(rotated)]).toEqual(['unknown', 'accepted']);
    expect([await one.defaultToken.read(), await other.defaultToken.read()]).toEqual([rotated, null]);
  });

  it('is neither made nor kept by a window that does not know it, until it replaces it', async () => {
    const [one, other] = pair(...createWindows(createMemorySecretStorage(), createMemorySecretStorage()));
    const first = await one.defaultToken.read();
    expect(await other.defaultToken.read()).toBeNull();
    expect(other.storage.values.size).toBe(0);
    const second = await other.defaultToken.rotate();
    expect(await other.defaultToken.read()).toBe(second);
    expect([await one.defaultToken.read(), await one.check(first ?? ''), await one.check(second)]).toEqual([
      null,
      'unknown',
      'accepted',
    ]);
  });
});
