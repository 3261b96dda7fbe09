import path from 'node:path';

/** Whether two paths name the same folder; Windows does not care for the case of letters. */
const isSameFolder = (one: string, other: string): boolean => path.relative(one, other) === '';

/**
 * Whether a window may start or take over without being asked: any window where no folder is named, else only one that has
 * the folder open. Pure.
 */
export const mayServeByItself = (servingFolder: unknown, openFolders: readonly string[]): boolean => {
  const wanted = typeof servingFolder === 'string' ? servingFolder.trim() : '';
  return wanted === '' || openFolders.some((folder) => isSameFolder(folder, wanted));
};
