import { expect, test } from 'vitest';
import { readOrCreateAccessToken, rotateAccessToken } from '../../../src/credentials/access-token.ts';
import type { AccessTokens } from '../../../src/credentials/access-tokens/access-tokens.ts';
import { adoptDefaultToken } from '../../../src/host/adopt-default-token.ts';
import { openAccessTokens } from '../../../src/host/open-access-tokens.ts';
import { createMemoryLogger } from '../../support/memory-logger.ts';
import { createTemporaryFolder } from '../../support/temporary-folder.ts';

/** The tokens of a folder, as one of several processes has them. */
const open = (folder: string): AccessTokens & Disposable => {
  const tokens = openAccessTokens({ folder, logger: createMemoryLogger(), ownToken: null });
  return { ...tokens, [Symbol.dispose]: () => tokens.close() };
};

test.each([0, 1])('a token that is replaced after read %i is not undone', async (moment) => {
  using folder = createTemporaryFolder();
  using tokens = open(folder.path);
  using others = open(folder.path);
  const before = await readOrCreateAccessToken(folder.path);
  let after = '';
  let reads = 0;
  await adoptDefaultToken(tokens, async () => {
    const token = await readOrCreateAccessToken(folder.path);
    // From its reading to its use, all of a rotation happens.
    if (reads === moment) {
      after = await rotateAccessToken(folder.path);
      others.setDefault(after);
    }
    reads += 1;
    return token;
  });
  for (const each of [tokens, others]) {
    expect([(await each.check(before)).status, (await each.check(after)).status]).toEqual(['unknown', 'accepted']);
  }
});
