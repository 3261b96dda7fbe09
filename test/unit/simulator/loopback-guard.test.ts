import { describe, expect, it } from 'vitest';
import { isAllowedHost, isAllowedOrigin } from '../../../src/core/loopback-guard.ts';

describe('isAllowedHost', () => {
  it.each<[string | undefined, boolean]>([
    ['127.0.0.1', true],
    ['127.0.0.1:8765', true],
    ['localhost:1', true],
    ['LOCALHOST', true],
    ['[::1]:80', true],
    ['box.example', true],
    ['Box.Example:9', true],
    [undefined, false],
    ['', false],
    ['evil.example', false],
    ['localhost.evil.example', false],
    ['127.0.0.1.evil.example:80', false],
    ['127.0.0.1@evil.example', false],
    ['127.0.0.1:80:80', false],
    ['::1', false],
    ['localhost/', false],
    [' localhost', false],
  ])('judges %j', (host, isAllowed) => {
    expect(isAllowedHost(host, ['box.example'])).toBe(isAllowed);
  });
});

describe('isAllowedOrigin', () => {
  it.each<[string | undefined, boolean]>([
    [undefined, true],
    ['http://127.0.0.1:3000', true],
    ['http://localhost', true],
    ['http://[::1]:3000', true],
    ['null', false],
    ['', false],
    ['https://localhost', false],
    ['http://evil.example', false],
    ['http://localhost.evil.example', false],
    ['http://localhost/path', false],
    ['file://', false],
    ['vscode-webview://abc', false],
  ])('judges %j', (origin, isAllowed) => {
    expect(isAllowedOrigin(origin)).toBe(isAllowed);
  });
});
