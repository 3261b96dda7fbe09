import type { Conversion } from './convert/conversion.ts';
import { ImageError } from './image-error.ts';
import { readImageSize } from './image-size.ts';
import { type ImageType, sniffImageType } from './image-type.ts';

/**
 * The most pixels of an image that has to be decoded: 160 MB of memory. A few bytes can claim far more, so this is asked of
 * the header.
 */
export const MAX_DECODED_PIXELS = 40_000_000;

/** Whether an image has to be converted, because the Cursor SDK knows PNG and JPEG only. */
export const needsConversion = (type: ImageType): type is Conversion['type'] =>
  type === 'image/gif' || type === 'image/webp';

/** Finds out what an image is, by its header alone. `declaredType` is used for words only. Fails with {@link ImageError}. */
export const checkImage = (bytes: Buffer, declaredType: string): ImageType => {
  if (bytes.length === 0) throw new ImageError('This image is empty.');
  const type = sniffImageType(bytes);
  if (type === null) {
    const named = /^[\w.+/-]{1,80}$/u.test(declaredType) ? ` (it is called ${declaredType})` : '';
    throw new ImageError(`This is not an image of a kind that is taken${named}. Send PNG, JPEG, GIF or WebP.`);
  }
  const size = readImageSize(bytes, type);
  if (size === null) {
    throw new ImageError(
      `The header of this image is broken or cut off: it starts as ${type}, but tells no size. Send the whole file.`,
    );
  }
  if (needsConversion(type) && size.width * size.height > MAX_DECODED_PIXELS) {
    throw new ImageError(
      `This image has ${size.width}×${size.height} pixels; a GIF or WebP may have ${MAX_DECODED_PIXELS / 1e6} million. Scale it down, or send it as PNG or JPEG.`,
    );
  }
  return type;
};
