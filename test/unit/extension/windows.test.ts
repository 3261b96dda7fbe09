import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { toInstancesFolder } from '../../../src/extension/windows/instances-folder.ts';
import { mayServeByItself, toServingFolder } from '../../../src/extension/windows/may-serve-by-itself.ts';

describe('the window that serves', () => {
  const home = '/home/me';
  const links = new Map([['/link', '/code/a']]);
  const toRealPath = (folder: string): string => links.get(folder) ?? folder;

  it.each<[unknown, readonly string[], boolean, NodeJS.Platform?]>([
    ['', [], true],
    ['', ['/code/a'], true],
    [undefined, [], true],
    [5, [], true],
    ['/code/a', ['/code/a'], true],
    ['/code/a/', ['/code/a'], true],
    [' /code/a ', ['/code/a'], true],
    ['/code/b/../a', ['/code/a'], true],
    ['/code/a', ['/code/b', '/code/a'], true],
    ['/code/a', [], false],
    ['/code/a', ['/code/b'], false],
    ['/code/a', ['/code/a/inner'], false],
    ['/code/a', ['/code'], false],
    ['/link', ['/code/a'], true],
    ['/code/a', ['/link'], true],
    ['~/a', ['/home/me/a'], true],
    ['~', ['/home/me'], true],
    ['~you/a', ['/home/me/a'], true],
    ['work/a', ['/code/b'], true],
    ['/Code/A', ['/code/a'], false, 'linux'],
    ['/Code/A', ['/code/a'], true, 'darwin'],
    ['/Code/A', ['/code/a'], true, 'win32'],
  ])('%j with %j open: %s', (setting, openFolders, expected, platform = 'linux') => {
    const wanted = toServingFolder(setting, home);
    expect(mayServeByItself(wanted, openFolders, { platform, toRealPath })).toBe(expected);
  });

  it.each(['work/a', '.', '~you/a'])('a path that is not a full one is said to be none: %s', (setting) => {
    expect(toServingFolder(setting, home)).toEqual({ type: 'unclear', setting });
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
