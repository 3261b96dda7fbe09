/** The files of packages that the pages are made of, for their licences. */
export const documentSources: readonly string[];

/** Writes what the pages of the server are made of into a folder; `quality` from 0, which is fast, to 11, which is small. */
export function writeDocuments(root: string, folder: string, quality?: number): void;
