import type { MissingCopyError } from '../../connect/main.ts';

/**
 * The file that cannot be put back, as the copy from before is gone; `null` where something else failed. The room that throws this
 * is loaded late, so its class is not at hand here.
 */
export const readUncopiedFile = (error: unknown): MissingCopyError['uncopiedFile'] | null =>
  error instanceof Error && 'uncopiedFile' in error && typeof error.uncopiedFile === 'string'
    ? error.uncopiedFile
    : null;
