import path from 'node:path';

/** What tells where Cursor keeps its data. */
export interface CursorFolderOptions {
  readonly platform: NodeJS.Platform;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly homeFolder: string;
  /** The setting `cursorDataFolder`; empty for none. */
  readonly configured: string;
  /** Where the running editor keeps global state, or an extension's folder in there, if that editor is Cursor; else `null`. */
  readonly ownGlobalStorage: string | null;
}

const DATABASE = 'state.vscdb';

/**
 * Where Cursor's `state.vscdb` may be, the likeliest first: in the configured folder alone, if there is one; else with the running
 * editor, in the portable installation of Cursor that has started this process, and in the platform's usual place.
 *
 * The configured folder is meant to be Cursor's `User` folder; the one above it (that of `--user-data-dir`) and the one with
 * the database itself are understood too.
 */
export const findCursorFolders = ({
  platform,
  environment,
  homeFolder,
  configured,
  ownGlobalStorage,
}: CursorFolderOptions): readonly [string, ...string[]] => {
  const separated = platform === 'win32' ? path.win32 : path.posix;
  const join = (...parts: string[]): string => separated.join(...parts);
  if (configured !== '') {
    return [
      join(configured, 'globalStorage', DATABASE),
      join(configured, 'User', 'globalStorage', DATABASE),
      join(configured, DATABASE),
    ];
  }
  // Every editor of this family sets it for what it starts, also for what is started in its terminal; the other one is Cursor's.
  const isOfCursor = ownGlobalStorage !== null || Boolean(environment['CURSOR_TRACE_ID']);
  const portable = (isOfCursor && environment['VSCODE_PORTABLE']) || null;
  const usual = join(usualFolder(platform, environment, homeFolder, join), 'Cursor', 'User', 'globalStorage', DATABASE);
  const earlier = [
    ...(ownGlobalStorage === null ? [] : [join(ownGlobalStorage, DATABASE), join(ownGlobalStorage, '..', DATABASE)]),
    ...(portable === null ? [] : [join(portable, 'user-data', 'User', 'globalStorage', DATABASE)]),
  ];
  const [first, ...rest] = new Set([...earlier, usual]);
  return first === undefined ? [usual] : [first, ...rest];
};

const usualFolder = (
  platform: NodeJS.Platform,
  environment: Readonly<Record<string, string | undefined>>,
  homeFolder: string,
  join: (...parts: string[]) => string,
): string => {
  if (platform === 'win32') return environment['APPDATA'] || join(homeFolder, 'AppData', 'Roaming');
  if (platform === 'darwin') return join(homeFolder, 'Library', 'Application Support');
  return environment['XDG_CONFIG_HOME'] || join(homeFolder, '.config');
};
