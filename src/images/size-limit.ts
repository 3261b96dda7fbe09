import { ImageError } from './image-error.ts';

const BYTES_PER_MEGABYTE = 1024 * 1024;

/** How large an image may be; the setting `maxImageMegabytes`. */
export interface SizeLimit {
  readonly bytes: number;
  /** The failure of an image that is over the limit. `bytes` is its size where that is known. */
  toError(bytes: number | null): ImageError;
}

/** Makes the limit of the setting. */
export const createSizeLimit = (megabytes: number): SizeLimit => ({
  bytes: Math.floor(megabytes * BYTES_PER_MEGABYTE),
  toError(bytes) {
    const size = bytes === null ? 'is larger than that' : `has ${(bytes / BYTES_PER_MEGABYTE).toFixed(2)} MB`;
    return new ImageError(
      `An image may have ${megabytes} MB, and this one ${size}. Scale it down, or raise the setting \`portside.maxImageMegabytes\` (PORTSIDE_MAX_IMAGE_MB).`,
    );
  },
});
