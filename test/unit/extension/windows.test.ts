import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { toInstancesFolder } from '../../../src/extension/windows/instances-folder.ts';
import { mayServeByItself } from '../../../src/extension/windows/may-serve-by-itself.ts';

describe('the window that serves', () => {
  it.each<[unknown, readonly string[], boolean]>([
    ['', [], true],
    ['', ['/work/a'], true],
    [undefined, [], true],
    [5, [], true],
    ['/work/a', ['/work/a'], true],
    ['/work/a/', ['/work/a'], true],
    [' /work/a ', ['/work/a'], true],
    ['/work/b/../a', ['/work/a'], true],
    ['/work/a', ['/work/b', '/work/a'], true],
    ['/work/a', [], false],
    ['/work/a', ['/work/b'], false],
    ['/work/a', ['/work/a/inner'], false],
    ['/work/a', ['/work'], false],
  ])('%j with %j open: %s', (servingFolder, openFolders, expected) => {
    expect(mayServeByItself(servingFolder, openFolders)).toBe(expected);
  });
});

describe('the folder of instances', () => {
  const home = path.resolve('/home/me');
  it.each([
    [{}, path.join(home, '.portside', 'instances')],
    [{ PORTSIDE_HOME: '' }, path.join(home, '.portside', 'instances')],
    [{ PORTSIDE_HOME: path.resolve('/data/portside') }, path.resolve('/data/portside/instances')],
  ])('%j', (environment, expected) => {
    expect(toInstancesFolder(environment, home)).toBe(expected);
  });
});
