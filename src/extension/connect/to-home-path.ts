import path from 'node:path';

/** A path as people write it: `~` for their own folder. Pure. */
export const toHomePath = (file: string, homeFolder: string, separator: string = path.sep): string =>
  file.startsWith(`${homeFolder}${separator}`) ? `~${file.slice(homeFolder.length)}` : file;
