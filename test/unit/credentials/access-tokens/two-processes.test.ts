import { once } from 'node:events';
import { fork } from 'node:child_process';
import { expect, test } from 'vitest';
import { openAccessTokens } from '../../../../src/host/open-access-tokens.ts';
import { createMemoryLogger } from '../../../support/memory-logger.ts';
import { createTemporaryFolder } from '../../../support/temporary-folder.ts';

/** Another process that has the same file open, as `portside token` or a second window has. */
const startOther = async (folder: string) => {
  const child = fork(new URL('other-process.ts', import.meta.url), [folder], {
    execArgv: ['--disable-warning=MODULE_TYPELESS_PACKAGE_JSON', '--disable-warning=ExperimentalWarning'],
  });
  const exited = once(child, 'exit');
  await once(child, 'message');
  return {
    async call(method: 'create' | 'revoke' | 'setDefault' | 'check' | 'list', ...args: readonly string[]) {
      const answer = once(child, 'message');
      child.send({ method, args });
      const [message] = (await answer) as [{ token?: string; status?: string; requestCount?: number; count?: number }];
      return message;
    },
    async [Symbol.asyncDispose]() {
      child.disconnect();
      await exited;
    },
  };
};
const openHere = (folder: string) => {
  const logger = createMemoryLogger();
  const tokens = openAccessTokens({ folder, logger, ownToken: null });
  return { ...tokens, logger, [Symbol.dispose]: () => tokens.close() };
};
const admit = async (tokens: { check: ReturnType<typeof openHere>['check'] }, token: string) => {
  const check = await tokens.check(token);
  if (check.status !== 'accepted') throw new Error(check.status);
  return check.client;
};

test('what one process makes, replaces and revokes counts in the other at once, and ends what is open within a second', async () => {
  using folder = createTemporaryFolder();
  using here = openHere(folder.path);
  await using other = await startOther(folder.path);

  const { token = '' } = await other.call('create', 'laptop');
  const named = await admit(here, token);
  expect(named.tokenName).toBe('laptop');
  expect(() => here.create('Laptop')).toThrow(/already/);

  here.setDefault('first');
  expect(await other.call('check', 'first')).toMatchObject({ status: 'accepted' });
  const standard = await admit(here, 'first');

  const ended = Promise.all([once(named.revocation, 'abort'), once(standard.revocation, 'abort')]);
  const startedAt = performance.now();
  await other.call('setDefault', 'second');
  await other.call('revoke', 'laptop');
  // Nobody asks for anything here meanwhile.
  await ended;
  expect(performance.now() - startedAt).toBeLessThan(1000);
  expect(named.revocation.reason).toMatchObject({ message: 'The access token "laptop" was revoked.' });
  expect(standard.revocation.reason).toMatchObject({ message: 'The access token "default" was replaced.' });
  expect((await here.check(token)).status).toBe('unknown');
  expect((await here.check('first')).status).toBe('unknown');

  // A request that comes right after is refused, too: no need to wait for the next look.
  const { token: next = '' } = await other.call('create', 'next');
  await admit(here, next);
  await other.call('revoke', 'next');
  expect((await here.check(next)).status).toBe('unknown');
});

test('both count, and neither loses what the other counts', async () => {
  using folder = createTemporaryFolder();
  await using other = await startOther(folder.path);
  let changes = 0;
  {
    using here = openHere(folder.path);
    const { token } = here.create('shared');
    here.onDidChange(() => (changes += 1));
    for (let index = 0; index < 20; index += 1) {
      expect((await here.check(token)).status).toBe('accepted');
      expect((await other.call('check', token)).status).toBe('accepted');
    }
    await expect.poll(() => here.list()[0]?.requestCount, { timeout: 5000 }).toBe(40);
    expect(changes).toBeGreaterThan(0);
    expect(here.logger.lines).toEqual([]);
    await here.check(token);
  }
  // What was not stored yet was stored at the end.
  await expect.poll(async () => (await other.call('list')).requestCount, { timeout: 5000 }).toBe(41);
});

test('many processes may open a new file at the same time', async () => {
  using folder = createTemporaryFolder();
  const others = await Promise.all(Array.from({ length: 5 }, () => startOther(folder.join('new', 'home'))));
  try {
    const made = await Promise.all(others.map((other, index) => other.call('create', `t${index}`)));
    expect(new Set(made.map(({ token }) => token)).size).toBe(5);
    for (const other of others) expect((await other.call('list')).count).toBe(5);
  } finally {
    for (const other of others) await other[Symbol.asyncDispose]();
  }
});
