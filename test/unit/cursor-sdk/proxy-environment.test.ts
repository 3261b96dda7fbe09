import { describe, expect, it } from 'vitest';
import { isProxied, toProxyEnvironment } from '../../../src/backends/cursor-sdk/proxy-environment.ts';

const A = 'http://a:1/';
const B = 'http://b:2/';
const USED = { NODE_USE_ENV_PROXY: '1' };

describe('toProxyEnvironment', () => {
  it.each<{
    name: string;
    url?: string;
    bypass?: readonly string[];
    environment?: NodeJS.ProcessEnv;
    variables: object;
    problem?: RegExp;
  }>([
    { name: 'nothing', variables: {} },
    { name: 'NO_PROXY alone', environment: { NO_PROXY: 'x' }, variables: {} },
    { name: 'the setting', url: A, variables: { HTTP_PROXY: A, HTTPS_PROXY: A, ...USED } },
    {
      name: 'the setting before the environment',
      url: A,
      environment: { HTTPS_PROXY: B, http_proxy: B, all_proxy: B },
      variables: { HTTP_PROXY: A, HTTPS_PROXY: A, ...USED },
    },
    {
      name: 'lower case before upper case, as Node.js does',
      environment: { https_proxy: A, HTTPS_PROXY: B },
      variables: { HTTPS_PROXY: A, ...USED },
    },
    {
      name: 'the next name where one is empty',
      environment: { https_proxy: ' ', HTTPS_PROXY: B },
      variables: { HTTPS_PROXY: B, ...USED },
    },
    {
      name: 'ALL_PROXY for what has none of its own',
      environment: { ALL_PROXY: A, HTTP_PROXY: B },
      variables: { HTTP_PROXY: B, HTTPS_PROXY: A, ...USED },
    },
    { name: 'no scheme', environment: { HTTPS_PROXY: 'a:1' }, variables: { HTTPS_PROXY: A, ...USED } },
    {
      name: 'a password',
      url: 'https://ada:p%40ss@a:1',
      variables: { HTTP_PROXY: 'https://ada:p%40ss@a:1/', HTTPS_PROXY: 'https://ada:p%40ss@a:1/', ...USED },
    },
    {
      name: 'both lists, names with their subdomains',
      url: A,
      bypass: ['one.example', '*.two.example', ''],
      environment: { no_proxy: '.three.example  127.0.0.1,localhost:8080, [::1]' },
      variables: {
        HTTP_PROXY: A,
        HTTPS_PROXY: A,
        NO_PROXY:
          'one.example,.one.example,two.example,.two.example,three.example,.three.example,127.0.0.1,localhost:8080,.localhost:8080,[::1]',
        ...USED,
      },
    },
    {
      name: 'an asterisk among others',
      url: A,
      bypass: ['one.example', '*'],
      variables: { HTTP_PROXY: A, HTTPS_PROXY: A, NO_PROXY: '*', ...USED },
    },
    {
      name: 'SOCKS in the setting',
      url: 'socks5://ada:secret@a:1',
      variables: {},
      problem: /^The setting http\.proxy/u,
    },
    {
      name: 'SOCKS in the setting, with a proxy in the environment',
      url: 'socks5://a:1',
      environment: { HTTPS_PROXY: B },
      variables: { HTTPS_PROXY: B, ...USED },
      problem: /^The setting http\.proxy/u,
    },
    {
      name: 'SOCKS in the environment',
      environment: { ALL_PROXY: 'socks5://ada:secret@a:1' },
      variables: {},
      problem: /^A proxy variable of the environment.*SOCKS/u,
    },
    { name: 'what is no address', url: 'http://ada:secret@', variables: {}, problem: /not an address/u },
    { name: 'what Node.js would end at', url: 'http://ada:100%secret@a:1', variables: {}, problem: /not an address/u },
  ])('$name', ({ url = '', bypass = [], environment = {}, variables, problem }) => {
    const result = toProxyEnvironment({ url, bypass }, environment);
    expect(result.variables).toEqual(variables);
    if (problem === undefined) expect(result.problem).toBeNull();
    else expect(result.problem).toMatch(problem);
    expect(result.problem ?? '').not.toContain('secret');
  });
});

describe('isProxied', () => {
  it.each([
    ['', {}, false],
    ['', { HTTPS_PROXY: A }, true],
    ['', { HTTP_PROXY: A }, false],
    ['', { HTTPS_PROXY: A, NO_PROXY: '.cursor.sh' }, true],
    ['', { HTTPS_PROXY: A, NO_PROXY: 'cursor.sh,.cursor.sh,cursor.com,.cursor.com' }, false],
    ['', { HTTPS_PROXY: A, NO_PROXY: '*' }, false],
    ['http://localhost:9000', { HTTPS_PROXY: A }, false],
    ['http://localhost:9000', { HTTP_PROXY: A }, true],
    ['http://localhost:9000', { HTTP_PROXY: A, NO_PROXY: 'localhost' }, false],
    ['http://localhost:9000', { HTTP_PROXY: A, NO_PROXY: 'localhost:9000' }, false],
    ['http://localhost:9000', { HTTP_PROXY: A, NO_PROXY: 'localhost:80' }, true],
    ['https://localhost', { HTTPS_PROXY: A, NO_PROXY: 'localhost:443' }, false],
    ['https://notlocalhost', { HTTPS_PROXY: A, NO_PROXY: 'localhost,.localhost' }, true],
    ['no address', { HTTP_PROXY: A, HTTPS_PROXY: A }, false],
  ] as const)('to "%s" with %j: %s', (backendUrl, variables, expected) => {
    expect(isProxied(variables, backendUrl)).toBe(expected);
  });
});
