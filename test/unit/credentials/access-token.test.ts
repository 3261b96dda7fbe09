import { chmod, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readOrCreateAccessToken } from '../../../src/credentials/access-token.ts';

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

test.each(['', '\n', 'two words', 'schlüssel'])('a damaged file (%j) is named, with what to do', async (content) => {
  await writeFile(path.join(folder, 'access-token'), content);
  await expect(readOrCreateAccessToken(folder)).rejects.toThrow(/access-token is damaged\. Delete it/);
});

test('a folder that is a file is named', async () => {
  const file = path.join(folder, 'file');
  await writeFile(file, '');
  await expect(readOrCreateAccessToken(file)).rejects.toThrow(`${file} cannot be used as the folder for state`);
});
