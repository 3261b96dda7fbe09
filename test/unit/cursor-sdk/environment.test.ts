import { describe, expect, it } from 'vitest';
import { toChildEnvironment } from '../../../src/backends/cursor-sdk/child-environment.ts';
import { isNodeRecentEnough } from '../../../src/backends/cursor-sdk/node-version.ts';
import { toSdkEnvironment } from '../../../src/backends/cursor-sdk/process/load-sdk.ts';
import { toForkFailure } from '../../../src/backends/cursor-sdk/start-failures.ts';

describe('toChildEnvironment', () => {
  it('leaves out what changes a start and what is secret, and has the proxies that were chosen', () => {
    const environment = toChildEnvironment(
      {
        HOME: '/home/ada',
        https_proxy: 'http://elsewhere:3128',
        No_Proxy: 'elsewhere',
        NODE_USE_ENV_PROXY: '0',
        NODE_EXTRA_CA_CERTS: '/ca.pem',
        NODE_OPTIONS: '--inspect',
        VSCODE_PID: '1',
        ELECTRON_RUN_AS_NODE: '0',
        CURSOR_API_KEY: 'crsr_secret',
        CURSOR_BACKEND_URL: 'http://elsewhere',
        CURSORPIPE_API_KEY: 'crsr_secret',
        PORTSIDE_TOKEN: 'secret',
        Vscode_Nls_Config: '{}',
      },
      { HTTPS_PROXY: 'http://proxy:3128/', NODE_USE_ENV_PROXY: '1' },
    );
    expect(environment).toEqual({
      HOME: '/home/ada',
      HTTPS_PROXY: 'http://proxy:3128/',
      NODE_USE_ENV_PROXY: '1',
      NODE_EXTRA_CA_CERTS: '/ca.pem',
      ELECTRON_RUN_AS_NODE: '1',
    });
  });
});

describe('toSdkEnvironment', () => {
  const surroundings = { cursorDataPath: '/data', workFolder: '/work-folder' };
  it.each([
    ['', { CURSOR_DATA_DIR: '/data' }],
    ['http://x', { CURSOR_DATA_DIR: '/data', CURSOR_BACKEND_URL: 'http://x' }],
  ] as const)('for the backend "%s"', (backendUrl, expected) => {
    expect(toSdkEnvironment({ ...surroundings, backendUrl })).toEqual(expected);
  });
});

describe('isNodeRecentEnough', () => {
  it.each([
    ['22.14.0', true],
    ['22.13.1', false],
    ['22.21.0', true],
    ['24.0.0', true],
    ['20.20.1', false],
    ['23.0.0-nightly', true],
  ])('%s → %s', (version, expected) => expect(isNodeRecentEnough(version)).toBe(expected));
});

describe('toForkFailure', () => {
  const failure = (code: string) => Object.assign(new Error(`spawn ${code}`), { code });
  it.each([
    [failure('ENOENT'), '/x/node', /^The Node\.js executable "\/x\/node" does not exist\. Set portside\.nodePath/u],
    [failure('EACCES'), '/x/node', /"\/x\/node" may not be executed\. Set portside\.nodePath/u],
    [new Error('fork is disabled'), '', /could not be started: fork is disabled\. Set portside\.nodePath.*22\.14\.0/u],
    [
      Object.assign(new Error('EACCES: permission denied, mkdir /x'), { code: 'EACCES', syscall: 'mkdir', path: '/x' }),
      '',
      /folder .* cannot be used: EACCES.*PORTSIDE_HOME/u,
    ],
    ['odd', '', /could not be started: odd\./u],
  ])('%s', (error, nodePath, expected) => expect(toForkFailure(error, nodePath)).toMatch(expected));
});
