import { expect, test } from 'vitest';
import {
  type CursorFolderOptions,
  findCursorFolders,
} from '../../../../src/credentials/editor-sign-in/find-cursor-folders.ts';

const linux = { platform: 'linux', homeFolder: '/home/ada' } as const;
const mac = { platform: 'darwin', homeFolder: '/Users/ada' } as const;
const windows = { platform: 'win32', homeFolder: 'C:\\Users\\ada' } as const;
const USUAL = '/home/ada/.config/Cursor/User/globalStorage/state.vscdb';

const rows: readonly (readonly [string, Partial<CursorFolderOptions>, readonly string[]])[] = [
  ['Linux', linux, [USUAL]],
  [
    'Linux with XDG_CONFIG_HOME',
    { ...linux, environment: { XDG_CONFIG_HOME: '/etc/ada' } },
    ['/etc/ada/Cursor/User/globalStorage/state.vscdb'],
  ],
  ['macOS', mac, ['/Users/ada/Library/Application Support/Cursor/User/globalStorage/state.vscdb']],
  [
    'Windows',
    { ...windows, environment: { APPDATA: 'D:\\Roaming' } },
    ['D:\\Roaming\\Cursor\\User\\globalStorage\\state.vscdb'],
  ],
  ['Windows without APPDATA', windows, ['C:\\Users\\ada\\AppData\\Roaming\\Cursor\\User\\globalStorage\\state.vscdb']],
  [
    'a portable installation',
    { ...linux, environment: { VSCODE_PORTABLE: '/opt/cursor/data', CURSOR_TRACE_ID: '1f' } },
    ['/opt/cursor/data/user-data/User/globalStorage/state.vscdb', USUAL],
  ],
  [
    'a portable installation of another editor',
    { ...linux, environment: { VSCODE_PORTABLE: '/opt/vscode/data' } },
    [USUAL],
  ],
  [
    'the running editor, which is portable',
    { ...linux, environment: { VSCODE_PORTABLE: '/opt/cursor/data' }, ownGlobalStorage: '/own' },
    ['/own/state.vscdb', '/state.vscdb', '/opt/cursor/data/user-data/User/globalStorage/state.vscdb', USUAL],
  ],
  [
    'a portable installation on Windows',
    { ...windows, environment: { APPDATA: 'D:\\Roaming', VSCODE_PORTABLE: 'E:\\data', CURSOR_TRACE_ID: '1f' } },
    ['E:\\data\\user-data\\User\\globalStorage\\state.vscdb', 'D:\\Roaming\\Cursor\\User\\globalStorage\\state.vscdb'],
  ],
  [
    'the running editor',
    { ...linux, ownGlobalStorage: '/data/User/globalStorage' },
    ['/data/User/globalStorage/state.vscdb', '/data/User/state.vscdb', USUAL],
  ],
  [
    'an extension’s folder of the running editor',
    { ...linux, ownGlobalStorage: '/home/ada/.config/Cursor/User/globalStorage/portside.portside' },
    ['/home/ada/.config/Cursor/User/globalStorage/portside.portside/state.vscdb', USUAL],
  ],
  [
    'a configured folder, and nothing else',
    { ...linux, configured: '/data/User', ownGlobalStorage: '/own', environment: { VSCODE_PORTABLE: '/portable' } },
    ['/data/User/globalStorage/state.vscdb', '/data/User/User/globalStorage/state.vscdb', '/data/User/state.vscdb'],
  ],
];

test.each(rows)('%s', (_name, options, expected) => {
  expect(findCursorFolders({ ...linux, environment: {}, configured: '', ownGlobalStorage: null, ...options })).toEqual(
    expected,
  );
});
