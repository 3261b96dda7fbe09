import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { describe, expect, test } from 'vitest';
import { runCli } from '../support/portside-cli.ts';
import { createTemporaryFolder } from '../support/temporary-folder.ts';

const STACK = /^\s+at \S|node:internal|Error:/m;
const KEY = { CURSOR_API_KEY: 'crsr_never_sent' };

/** A failed call: a sentence on stderr, nothing on stdout, no stack trace. */
const expectSentence = (
  { code, stdout, stderr }: Awaited<ReturnType<typeof runCli>>,
  expected: { code: number | RegExp; says: readonly (string | RegExp)[] },
): void => {
  expect(String(code)).toMatch(expected.code instanceof RegExp ? expected.code : new RegExp(`^${expected.code}$`));
  for (const words of expected.says) expect(stderr).toMatch(words);
  expect(stderr).not.toMatch(STACK);
  expect(stdout).toBe('');
};

describe('a wrong call ends with a sentence', () => {
  test.each<{
    name: string;
    args: readonly string[];
    env?: NodeJS.ProcessEnv;
    code: number | RegExp;
    says: readonly (string | RegExp)[];
  }>([
    {
      name: 'no key',
      args: ['serve', '--port', '0'],
      code: /^[1-9]/,
      says: ['auth login', 'CURSOR_API_KEY', '--simulate'],
    },
    {
      name: 'no key, for programs',
      args: ['serve', '--port', '0', '--json'],
      code: /^[1-9]/,
      says: ['CURSOR_API_KEY', '--simulate'],
    },
    {
      name: 'an empty key',
      args: ['serve', '--port', '0'],
      env: { CURSOR_API_KEY: '' },
      code: /^[1-9]/,
      says: ['CURSOR_API_KEY'],
    },
    ...['abc', '70000', '-1', '1.5', '', '0x50'].flatMap((port) => [
      { name: `--port "${port}"`, args: ['serve', '--simulate', `--port=${port}`], code: 2, says: ['--port'] },
      { name: `simulate --port "${port}"`, args: ['simulate', `--port=${port}`], code: 2, says: ['--port'] },
    ]),
    {
      name: 'PORTSIDE_PORT=abc',
      args: ['serve', '--simulate'],
      env: { PORTSIDE_PORT: 'abc' },
      code: 2,
      says: ['PORTSIDE_PORT', 'abc'],
    },
    {
      name: 'CURSORPIPE_PORT=abc',
      args: ['serve', '--simulate'],
      env: { CURSORPIPE_PORT: 'abc' },
      code: 2,
      says: ['CURSORPIPE_PORT'],
    },
    {
      name: 'a timeout of never',
      args: ['serve', '--simulate'],
      env: { PORTSIDE_REQUEST_TIMEOUT_S: '0' },
      code: 2,
      says: ['PORTSIDE_REQUEST_TIMEOUT_S'],
    },
    {
      name: 'a backend that is no URL',
      args: ['serve', '--port', '0'],
      env: { ...KEY, PORTSIDE_BACKEND_URL: 'cursor' },
      code: 2,
      says: ['PORTSIDE_BACKEND_URL'],
    },
    {
      name: 'an access token with spaces',
      args: ['serve', '--simulate', '--port', '0'],
      env: { PORTSIDE_TOKEN: 'two words' },
      code: 2,
      says: [/token/i],
    },
    {
      name: 'what is not to be done',
      args: ['serve', '--simulate', '--when-served', 'cry'],
      code: 2,
      says: ['--when-served', /wait/],
    },
    {
      name: 'an address and one for containers',
      args: ['serve', '--simulate', '--docker', '--host', '127.0.0.1'],
      code: 2,
      says: ['--docker', '--host'],
    },
    {
      name: 'no access token for other machines',
      args: ['serve', '--simulate', '--port', '0', '--host', '0.0.0.0'],
      env: { PORTSIDE_REQUIRE_TOKEN: 'false' },
      code: 2,
      says: ['PORTSIDE_REQUIRE_TOKEN', '0.0.0.0'],
    },
    {
      name: 'a certificate that is not there',
      args: ['serve', '--simulate', '--port', '0'],
      env: { PORTSIDE_TLS_CERTIFICATE: '/nowhere/a.pem', PORTSIDE_TLS_KEY: '/nowhere/b.pem' },
      code: 1,
      says: ['/nowhere/'],
    },
    { name: 'an unknown option', args: ['serve', '--simulate', '--prot', '0'], code: 2, says: ['--prot'] },
    { name: 'an unknown command', args: ['sevre'], code: 2, says: ['sevre'] },
    { name: '--port without a number', args: ['serve', '--simulate', '--port'], code: 2, says: ['--port'] },
    {
      name: '--host that is not here',
      args: ['serve', '--simulate', '--port', '0', '--host', '203.0.113.9'],
      code: 1,
      says: ['203.0.113.9'],
    },
  ])('$name', async ({ args, env, code, says }) => {
    expectSentence(await runCli(args, { ...(env !== undefined && { env }) }), { code, says });
  });
});

describe('a scenario that cannot be played ends with a sentence', () => {
  test.each<{ name: string; content: string | null; says: readonly (string | RegExp)[] }>([
    { name: 'a missing file', content: null, says: ['scenario.json'] },
    { name: 'no JSON', content: '{"rules":[', says: [/JSON/] },
    {
      name: 'a typo in a step',
      content: '{"rules":[{"then":[{"text":"a"},{"txet":"b"}]}]}',
      says: ['rules[0].then[1]', /\btext\b/],
    },
    { name: 'a typo in a rule', content: '{"rules":[{"wehn":{},"then":[]}]}', says: ['wehn'] },
    { name: 'a broken pattern', content: '{"rules":[{"when":{"prompt":"("},"then":[]}]}', says: [/prompt/] },
    {
      name: 'an unknown code',
      content: '{"rules":[{"then":[{"fail":{"code":"oops","message":"x"}}]}]}',
      says: [/code/],
    },
  ])('$name', async ({ content, says }) => {
    using folder = createTemporaryFolder();
    const file = folder.join('scenario.json');
    if (content !== null) writeFileSync(file, content);
    for (const args of [
      ['serve', '--simulate', '--port', '0', '--scenario', file],
      ['simulate', '--port', '0', '--scenario', file],
    ])
      expectSentence(await runCli(args), { code: 2, says });
  });

  test('--scenario without --simulate', async () => {
    using folder = createTemporaryFolder();
    writeFileSync(folder.join('scenario.json'), '{}');
    const args = ['serve', '--port', '0', '--scenario', folder.join('scenario.json')];
    expectSentence(await runCli(args, { env: KEY }), { code: 2, says: ['--scenario', '--simulate'] });
  });
});

test.each([['serve', '--simulate'], ['simulate']])('a taken port ends %s with a sentence', async (...args) => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  try {
    const result = await runCli([...args, '--port', String(port)]);
    expectSentence(result, { code: 1, says: [String(port), /in use/] });
  } finally {
    other.close();
  }
});

test.each([
  { args: ['--help'], says: ['serve', 'simulate'] },
  {
    args: ['serve', '--help'],
    says: ['--port', '--host', '--simulate', '--scenario', '--model', '--json', '--when-served', '--docker'],
  },
  { args: ['simulate', '--help'], says: ['--port', '--scenario'] },
  { args: ['--version'], says: [/^\d+\.\d+\.\d+\n$/] },
])('$args answers', async ({ args, says }) => {
  const { code, stdout, stderr } = await runCli(args);
  expect([code, stderr]).toEqual([0, '']);
  for (const words of says) expect(stdout).toMatch(words);
});
