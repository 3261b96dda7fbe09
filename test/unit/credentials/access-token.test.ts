import { chmod, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readOrCreateAccessToken, rotateAccessToken } from '../../../src/credentials/access-token.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'portside-token-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

test('a token is made once, whoever asks, and only its owner can read it', async () => {
  const home = path.join(folder, 'new', 'home');
  const tokens = await Promise.all(Array.from({ length: 10 }, () => readOrCreateAccessToken(home)));
  expect(new Set(tokens).size).toBe(1);
  expect(tokens[0]).toMatch(/^portside_[\w-]{43}$/);
  expect(await readdir(home)).toEqual(['access-token']);
  const modes = await Promise.all(
    [home, path.join(home, 'access-token')].map(async (file) => (await stat(file)).mode & 0o777),
  );
  expect(modes).toEqual([0o700, 0o600]);
});

test('a file that others could read is closed to them', async () => {
  const token = await readOrCreateAccessToken(folder);
  await chmod(path.join(folder, 'access-token'), 0o644);
  expect(await readOrCreateAccessToken(folder)).toBe(token);
  expect((await stat(path.join(folder, 'access-token'))).mode & 0o777).toBe(0o600);
});

test('a new token takes the place of the one before, whole, and only its owner can read it', async () => {
  const home = path.join(folder, 'new');
  const first = await rotateAccessToken(home);
  await chmod(path.join(home, 'access-token'), 0o644);
  const readers = Array.from({ length: 20 }, () => readOrCreateAccessToken(home));
  const second = await rotateAccessToken(home);
  expect(new Set([first, second, ...(await Promise.all(readers))])).toEqual(new Set([first, second]));
  expect(second).toMatch(/^portside_[\w-]{43}$/);
  expect(second).not.toBe(first);
  expect(await readOrCreateAccessToken(home)).toBe(second);
  expect(await readdir(home)).toEqual(['access-token']);
  expect((await stat(path.join(home, 'access-token'))).mode & 0o777).toBe(0o600);
});

test('a damaged file is mended by a new token', async () => {
  await writeFile(path.join(folder, 'access-token'), 'two words');
  const token = await rotateAccessToken(folder);
  expect(await readOrCreateAccessToken(folder)).toBe(token);
});

test.each(['', '\n', 'two words', 'schlüssel'])('a damaged file (%j) is named, with what to do', async (content) => {
  await writeFile(path.join(folder, 'access-token'), content);
  await expect(readOrCreateAccessToken(folder)).rejects.toThrow(/access-token is damaged\. Delete it/);
});

test('a folder that is a file is named', async () => {
  const file = path.join(folder, 'file');
  await writeFile(file, '');
  for (const use of [readOrCreateAccessToken, rotateAccessToken]) {
    await expect(use(file)).rejects.toThrow(`${file} cannot be used as the folder for state`);
  }
});
