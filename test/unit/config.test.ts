import { describe, expect, test } from 'vitest';
import { findUnknownCursorpipeVariables } from '../../src/config/cursorpipe-variables.ts';
import { checkSettings } from '../../src/config/check-settings.ts';
import { NOT_FROM_FILES } from '../../src/cli/not-from-files.ts';
import { readSettings } from '../../src/config/read-settings.ts';
import { SETTING_NAMES, type Settings, settingMeta, settingsSchema } from '../../src/config/settings-schema.ts';

describe('readSettings', () => {
  test.each<[string, Parameters<typeof readSettings>[0], object]>([
    [
      'defaults',
      { flags: {}, environment: {} },
      { port: 8765, host: '127.0.0.1', defaultModel: 'composer-2.5', requestTimeoutSeconds: 300 },
    ],
    ['environment over default', { flags: {}, environment: { PORTSIDE_PORT: '1' } }, { port: 1 }],
    ['flag over environment', { flags: { port: '0' }, environment: { PORTSIDE_PORT: '1' } }, { port: 0 }],
    [
      'cursorpipe’s variables',
      {
        flags: {},
        environment: {
          CURSORPIPE_PORT: '8080',
          CURSORPIPE_HOST: '0.0.0.0',
          CURSORPIPE_MODEL: 'm',
          CURSORPIPE_REQUEST_TIMEOUT_S: '12.5',
        },
      },
      { port: 8080, host: '0.0.0.0', defaultModel: 'm', requestTimeoutSeconds: 12.5 },
    ],
    [
      'ours over cursorpipe’s',
      { flags: {}, environment: { PORTSIDE_MODEL: 'a', CURSORPIPE_MODEL: 'b' } },
      { defaultModel: 'a' },
    ],
    [
      'every kind of value',
      {
        flags: {},
        environment: {
          PORTSIDE_MAX_CONCURRENT_RUNS: '3',
          PORTSIDE_MAX_QUEUED_RUNS: '0',
          PORTSIDE_SESSION_IDLE_MIN: '0.5',
          PORTSIDE_ALLOW_REMOTE_IMAGES: 'true',
          PORTSIDE_REASONING_EFFORT: 'low',
        },
      },
      {
        maxConcurrentRuns: 3,
        maxQueuedRuns: 0,
        sessionIdleMinutes: 0.5,
        allowRemoteImages: true,
        defaultReasoningEffort: 'low',
      },
    ],
    [
      'names and values',
      { flags: {}, environment: { PORTSIDE_MODEL_MAP: 'gpt-4o-mini=composer-2.5, claude-*=gpt-5.1 ,' } },
      { modelMap: { 'gpt-4o-mini': 'composer-2.5', 'claude-*': 'gpt-5.1' } },
    ],
    [
      'lists by commas',
      {
        flags: {},
        environment: {
          PORTSIDE_ALLOWED_HOSTS: 'host.docker.internal, [fd00::1] ,box.lan,',
          PORTSIDE_ALLOWED_ORIGINS: 'http://localhost:3000,app://obsidian.md',
        },
      },
      {
        allowedHosts: ['host.docker.internal', '[fd00::1]', 'box.lan'],
        allowedOrigins: ['http://localhost:3000', 'app://obsidian.md'],
      },
    ],
    ['an empty list', { flags: {}, environment: { PORTSIDE_ALLOWED_HOSTS: ' , ' } }, { allowedHosts: [] }],
    ['an empty variable is none', { flags: {}, environment: { PORTSIDE_PORT: '', CURSORPIPE_PORT: '9' } }, { port: 9 }],
  ])('%s', (_name, sources, expected) => {
    expect(readSettings(sources)).toMatchObject(expected);
  });

  test.each<[Parameters<typeof readSettings>[0], RegExp]>([
    [{ flags: { port: '99999' }, environment: {} }, /--port: "99999" is not valid/],
    [{ flags: { port: 'http' }, environment: {} }, /--port: "http" is not valid/],
    [{ flags: { port: '' }, environment: {} }, /--port: "" is not valid/],
    [{ flags: {}, environment: { PORTSIDE_PORT: '1.5' } }, /PORTSIDE_PORT: "1.5" is not valid/],
    [
      { flags: {}, environment: { CURSORPIPE_REQUEST_TIMEOUT_S: '-1' } },
      /CURSORPIPE_REQUEST_TIMEOUT_S: "-1" is not valid/,
    ],
    [
      { flags: {}, environment: { PORTSIDE_MAX_CONCURRENT_RUNS: '0' } },
      /PORTSIDE_MAX_CONCURRENT_RUNS: "0" is not valid. A whole number from 1 to 100/,
    ],
    [{ flags: {}, environment: { PORTSIDE_SESSION_IDLE_MIN: '0' } }, /A number of minutes above 0/],
    [{ flags: {}, environment: { PORTSIDE_ALLOW_REMOTE_IMAGES: 'yes' } }, /"yes" is not valid. true or false/],
    [{ flags: {}, environment: { PORTSIDE_REASONING_EFFORT: 'huge' } }, /One of none, minimal, low, medium, high/],
    [{ flags: { host: ' ' }, environment: {} }, /--host: " " is not valid/],
    [
      { flags: {}, environment: { PORTSIDE_ALLOWED_ORIGINS: '*' } },
      /PORTSIDE_ALLOWED_ORIGINS: "\*" is not valid. There are no patterns: list every origin by itself[^\n]*$/,
    ],
    [{ flags: {}, environment: { PORTSIDE_ALLOWED_ORIGINS: 'https://*.example' } }, /There are no patterns/],
    [
      { flags: {}, environment: { PORTSIDE_ALLOWED_ORIGINS: 'http://localhost:3000,null' } },
      /the origin "null"; it cannot be allowed.$/,
    ],
    [{ flags: {}, environment: { PORTSIDE_ALLOWED_ORIGINS: 'chat.example' } }, /An origin is expected: scheme, host/],
    [{ flags: {}, environment: { PORTSIDE_ALLOWED_ORIGINS: 'https://chat.example/' } }, /An origin is expected/],
    [{ flags: {}, environment: { PORTSIDE_ALLOWED_HOSTS: '*' } }, /There are no patterns: list every name by itself/],
    [{ flags: {}, environment: { PORTSIDE_ALLOWED_HOSTS: 'http://box.lan' } }, /A host name without scheme, port/],
    [{ flags: {}, environment: { PORTSIDE_ALLOWED_HOSTS: 'box.lan:8765' } }, /A host name without scheme, port/],
    [{ flags: {}, environment: { PORTSIDE_MODEL_MAP: 'gpt-4o' } }, /Names and models are expected: name=model/],
    [{ flags: {}, environment: { PORTSIDE_MODEL_MAP: '=m' } }, /Names and models are expected: name=model/],
    [{ flags: {}, environment: { PORTSIDE_MODEL_MAP: 'a*b=m' } }, /A name is expected, with a \* at its end or none/],
    [{ flags: {}, environment: { PORTSIDE_MODEL_MAP: 'a=' } }, /The id of a model is expected/],
    [{ flags: {}, environment: { PORTSIDE_BACKEND_URL: 'ftp://x' } }, /PORTSIDE_BACKEND_URL: "ftp:\/\/x" is not valid/],
  ])('%j is refused', (sources, message) => {
    expect(() => readSettings(sources)).toThrow(message);
  });
});

describe('checkSettings', () => {
  const check = (settings: Partial<Settings>) => () => checkSettings({ ...settingsSchema.parse({}), ...settings });

  test.each<Partial<Settings>>([
    {},
    { requireToken: false },
    { requireToken: false, host: 'localhost' },
    { requireToken: false, host: '::1' },
    { requireToken: false, host: '127.0.0.2' },
    { host: '0.0.0.0' },
    { tlsCertificatePath: '/c.pem', tlsKeyPath: '/k.pem' },
    { port: 0, ollamaPort: 0 },
    { port: 8765, ollamaPort: 11_434 },
  ])('%j is fine', (settings) => {
    expect(check(settings)).not.toThrow();
  });

  test.each<[Partial<Settings>, RegExp]>([
    [
      { requireToken: false, host: '0.0.0.0' },
      /portside\.requireToken \(PORTSIDE_REQUIRE_TOKEN\) can only be turned off while portside\.host .* not "0\.0\.0\.0"/,
    ],
    [{ requireToken: false, host: '192.168.1.5' }, /PORTSIDE_REQUIRE_TOKEN/],
    [{ requireToken: false, host: '127.evil.example' }, /PORTSIDE_REQUIRE_TOKEN/],
    [{ tlsCertificatePath: '/c.pem' }, /PORTSIDE_TLS_CERTIFICATE.*PORTSIDE_TLS_KEY.*belong together/],
    [{ tlsKeyPath: '/k.pem' }, /belong together/],
    [
      { port: 11_434, ollamaPort: 11_434 },
      /portside\.port \(PORTSIDE_PORT\) and portside\.ollamaPort \(PORTSIDE_OLLAMA_PORT\) are both 11434/,
    ],
    [{ requireToken: false, host: '::', tlsKeyPath: '/k.pem' }, /requireToken[^\n]*\n[^\n]*belong together/],
  ])('%j is refused', (settings, message) => {
    expect(check(settings)).toThrow(message);
  });
});

test('variables of cursorpipe without an equivalent are found', () => {
  expect(
    findUnknownCursorpipeVariables({
      CURSORPIPE_STRATEGY: 'acp',
      CURSORPIPE_POOL_SIZE: '5',
      CURSORPIPE_PORT: '1',
      CURSORPIPE_BEARER_TOKEN: 'x',
      CURSORPIPE_API_KEY: 'x',
      PATH: '/bin',
    }),
  ).toEqual(['CURSORPIPE_POOL_SIZE', 'CURSORPIPE_STRATEGY']);
});

test('what a .env file may set of the machine is harmless', () => {
  const variables = SETTING_NAMES.filter((name) => settingMeta(name).scope === 'machine').flatMap((name) => {
    const { env, cursorpipeEnv } = settingMeta(name);
    return [env, cursorpipeEnv].filter((variable) => typeof variable === 'string');
  });
  expect(variables.filter((variable) => !NOT_FROM_FILES.has(variable)).toSorted()).toEqual([
    'CURSORPIPE_HOST',
    'CURSORPIPE_PORT',
    'PORTSIDE_ACCESS_LOG_FILES',
    'PORTSIDE_ACCESS_LOG_MB',
    'PORTSIDE_HOST',
    'PORTSIDE_MAX_BODY_MB',
    'PORTSIDE_MAX_CONNECTIONS',
    'PORTSIDE_PORT',
    'PORTSIDE_TRY_OTHER_ACCOUNTS',
  ]);
  expect([...NOT_FROM_FILES].toSorted()).toEqual([
    'PORTSIDE_ACCESS_LOG',
    'PORTSIDE_ALLOWED_HOSTS',
    'PORTSIDE_ALLOWED_ORIGINS',
    'PORTSIDE_ALLOW_REMOTE_IMAGES',
    'PORTSIDE_BACKEND_URL',
    'PORTSIDE_CURSOR_DATA_FOLDER',
    'PORTSIDE_HOME',
    'PORTSIDE_METRICS_WITHOUT_TOKEN',
    'PORTSIDE_NODE_PATH',
    'PORTSIDE_OLLAMA_PORT',
    'PORTSIDE_PASS_THROUGH_KEYS',
    'PORTSIDE_REQUIRE_TOKEN',
    'PORTSIDE_TLS_CERTIFICATE',
    'PORTSIDE_TLS_KEY',
  ]);
});
