import { sha256 } from './digest.ts';

/** Tells data folders apart without telling where they are: 16 hex digits of the path's SHA-256. */
export const toDataFolderId = (folder: string): string => sha256(folder, 'hex').slice(0, 16);
