import { describe, expect, test } from 'vitest';
import {
  isConfiguredOrigin,
  isLoopbackAddress,
  isLoopbackHost,
  judgeRequestHead,
  type NetworkPolicy,
  readHost,
  type RequestHead,
} from '../../../src/core/loopback-guard.ts';

const LOCAL: NetworkPolicy = { allowedHosts: () => [], allowsAddresses: false, allowedOrigins: [] };
const OPEN: NetworkPolicy = {
  allowedHosts: () => ['Box.LAN', '[2001:DB8::1]'],
  allowsAddresses: true,
  allowedOrigins: ['https://Chat.example:443', 'null', 'vscode-webview://ABC'],
};

const judge = (head: Partial<RequestHead> & { readonly host?: string }, policy: NetworkPolicy): string | null => {
  const { host = 'localhost:8765', ...rest } = head;
  const whole = { target: '/v1/models', hosts: [host], origin: undefined, isEncrypted: false, ...rest };
  return judgeRequestHead(whole, policy)?.message ?? null;
};

describe('judgeRequestHead', () => {
  test.each<[name: string, head: Partial<RequestHead> & { readonly host?: string }, policy: NetworkPolicy]>([
    ['a loopback name', {}, LOCAL],
    ['any address of this machine', { host: '127.8.9.10:1' }, LOCAL],
    ['an allowed name', { host: 'box.lan:8765' }, OPEN],
    ['an allowed address', { host: '[2001:db8::1]:8765' }, OPEN],
    ['an address where other machines are served', { host: '192.168.1.5:8765' }, OPEN],
    ['an IPv6 address where other machines are served', { host: '[fe80::1]' }, OPEN],
    ['a whole address of this machine', { target: 'http://127.0.0.1:8765/health' }, LOCAL],
    ['its own page', { host: 'box.lan:8765', origin: 'http://box.lan:8765' }, OPEN],
    ['its own page by address', { host: '192.168.1.5:8765', origin: 'http://192.168.1.5:8765' }, OPEN],
    ['its own page behind a proxy with TLS', { host: 'box.lan', origin: 'https://box.lan' }, OPEN],
    ['its own encrypted page', { host: 'box.lan', origin: 'https://BOX.lan', isEncrypted: true }, OPEN],
    ['an allowed page', { origin: 'https://chat.example' }, OPEN],
    ['an allowed page of another scheme', { origin: 'vscode-webview://abc' }, OPEN],
    ['a page of this machine', { origin: 'http://localhost:3000' }, LOCAL],
    ['an encrypted page of this machine', { origin: 'https://127.0.0.1:3000' }, LOCAL],
  ])('lets %s in', (_name, head, policy) => {
    expect(judge(head, policy)).toBeNull();
  });

  test.each<[name: string, head: Partial<RequestHead> & { readonly host?: string }, policy: NetworkPolicy, RegExp]>([
    ['no Host', { hosts: [] }, LOCAL, /needs a Host header/],
    ['two Hosts', { hosts: ['localhost', 'localhost'] }, LOCAL, /more than one Host/],
    ['a foreign name', { host: 'evil.example' }, OPEN, /"evil\.example" is not allowed.*portside\.allowedHosts/],
    ['an address where only this machine is served', { host: '192.168.1.5' }, LOCAL, /PORTSIDE_ALLOWED_HOSTS/],
    ['a foreign whole address', { target: 'http://evil.example/health' }, LOCAL, /"evil\.example"/],
    ['a target that is neither', { target: 'evil.example:443' }, LOCAL, /"evil\.example:443"/],
    [
      'the name of Docker',
      { host: 'Host.Docker.Internal:1' },
      LOCAL,
      /portside serve --docker.*Allow Docker Containers/,
    ],
    ['a foreign page', { origin: 'https://evil.example' }, OPEN, /"https:\/\/evil\.example".*portside\.allowedOrigins/],
    ['an allowed page with a path', { origin: 'https://chat.example/x' }, OPEN, /PORTSIDE_ALLOWED_ORIGINS/],
    ['an allowed page of another port', { origin: 'https://chat.example:444' }, OPEN, /allowedOrigins/],
    ['an allowed page without TLS', { origin: 'http://chat.example' }, OPEN, /allowedOrigins/],
    [
      'a page of the own name and another port',
      { host: 'box.lan:1', origin: 'http://box.lan:2' },
      OPEN,
      /allowedOrigins/,
    ],
    [
      'a page without TLS of an encrypted server',
      { host: 'box.lan', origin: 'http://box.lan', isEncrypted: true },
      OPEN,
      /allowedOrigins/,
    ],
    ['null, though it is allowed', { origin: 'null' }, OPEN, /"null" may never/],
    ['an empty Origin', { origin: '' }, OPEN, /allowedOrigins/],
  ])('refuses %s', (_name, head, policy, message) => {
    expect(judge(head, policy)).toMatch(message);
  });

  test('repeats no more than 100 characters of what was sent', () => {
    expect(judge({ host: 'h'.repeat(9000) }, LOCAL)?.length).toBeLessThan(400);
    expect(judge({ origin: `http://${'o'.repeat(9000)}` }, LOCAL)?.length).toBeLessThan(400);
  });

  test('asks for the allowed names anew each time', () => {
    const names: string[] = [];
    const policy = { ...LOCAL, allowedHosts: () => names };
    expect(judge({ host: 'tunnel.example' }, policy)).not.toBeNull();
    names.push('tunnel.example');
    expect(judge({ host: 'tunnel.example' }, policy)).toBeNull();
  });
});

test.each<[address: string, isLoopback: boolean]>([
  ['127.0.0.1', true],
  ['127.1.2.3', true],
  ['localhost', true],
  ['LOCALHOST', true],
  ['::1', true],
  ['[::1]', true],
  ['0.0.0.0', false],
  ['::', false],
  ['192.168.1.5', false],
  ['127.evil.example', false],
  ['127.0.0.1.evil.example', false],
  ['', false],
])('isLoopbackAddress(%j) is %s', (address, isLoopback) => {
  expect(isLoopbackAddress(address)).toBe(isLoopback);
});

test.each<[target: string, hosts: readonly string[], host: string, isLoopback: boolean]>([
  ['/health', ['localhost:8765'], 'localhost:8765', true],
  ['/health', ['[::1]:8765'], '[::1]:8765', true],
  ['/health', ['box.lan:8765'], 'box.lan:8765', false],
  ['/health', ['192.168.1.5'], '192.168.1.5', false],
  ['/health', ['localhost.'], 'localhost.', false],
  ['/health', [], '', false],
  ['/health', [''], '', false],
  ['/health', ['localhost', 'box.lan'], 'box.lan', false],
  ['*', ['127.0.0.1'], '127.0.0.1', true],
  ['http://localhost:1/health', ['localhost:2'], 'localhost:2', true],
  ['http://box.lan/health', ['localhost'], 'box.lan', false],
  ['http://localhost/health', ['box.lan'], 'box.lan', false],
  ['http://localhost/health', [], 'localhost', true],
])('a request for %s with the Hosts %j was sent to "%s"', (target, hosts, host, isLoopback) => {
  expect(readHost({ target, hosts })).toBe(host);
  expect(isLoopbackHost(host)).toBe(isLoopback);
});

test.each<[origin: string, isConfigured: boolean]>([
  ['https://chat.example', true],
  ['HTTPS://CHAT.EXAMPLE', true],
  ['https://chat.example:443', false],
  ['https://chat.example.evil.example', false],
  ['null', false],
])('isConfiguredOrigin(%j) is %s', (origin, isConfigured) => {
  expect(isConfiguredOrigin(origin, ['https://chat.example:443', 'null'])).toBe(isConfigured);
});
