import path from 'node:path';

/** What the setting `servingFolder` names. */
export type ServingFolder =
  /** Any window may serve. */
  | { readonly type: 'any' }
  | { readonly type: 'folder'; readonly path: string }
  /** Not a full path: nobody could say which folder it is, so that any window may serve. */
  | { readonly type: 'unclear'; readonly setting: string };

/** Reads the setting `servingFolder`; `~` is the home folder. Pure. */
export const toServingFolder = (setting: unknown, home: string): ServingFolder => {
  const wanted = typeof setting === 'string' ? setting.trim() : '';
  if (wanted === '') return { type: 'any' };
  const full = /^~(?=$|[\\/])/.test(wanted) ? path.join(home, wanted.slice(1)) : wanted;
  return path.isAbsolute(full) ? { type: 'folder', path: path.resolve(full) } : { type: 'unclear', setting: wanted };
};

/** What decides whether two paths name the same folder. */
export interface FileNames {
  readonly platform: NodeJS.Platform;
  /** The name that the file system gives a path; the path itself where there is no such folder. */
  readonly toRealPath: (folder: string) => string;
}

/** Whether a window may start or take over without being asked: where a folder is named, only one that has it open. */
export const mayServeByItself = (
  wanted: ServingFolder,
  openFolders: readonly string[],
  { platform, toRealPath }: FileNames,
): boolean => {
  if (wanted.type !== 'folder') return true;
  const ignoresCase = platform === 'darwin' || platform === 'win32';
  const toKey = (folder: string): string => {
    const real = path.resolve(toRealPath(folder));
    return ignoresCase ? real.toLowerCase() : real;
  };
  return openFolders.some((folder) => toKey(folder) === toKey(wanted.path));
};
