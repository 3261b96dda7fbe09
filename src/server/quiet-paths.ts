import { DOCUMENT_FILES } from './documents/document-files.ts';
import { RELEASE_PATH } from './routes/release.ts';

/**
 * Whether a path is one of those that containers, other windows and Prometheus ask every few seconds, or a page of the server: no
 * requests of tools, but for probes of `/`.
 */
export const isQuietPath = (path: string): boolean => QUIET_PATHS.has(path.toLowerCase().replace(/(?<=.)\/$/, ''));

const QUIET_PATHS: ReadonlySet<string> = new Set(
  ['/', '/health', '/metrics', '/ready', RELEASE_PATH, ...DOCUMENT_FILES.map(([path]) => path)].map((path) =>
    path.toLowerCase(),
  ),
);
