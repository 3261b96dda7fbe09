import { GifReader } from 'omggif';
import { createPixels, type Pixels } from './pixels.ts';

/** Decodes the first picture of a GIF, on its whole canvas. */
export const decodeGif = (bytes: Uint8Array, maxPixels: number): Pixels => {
  const reader = new GifReader(bytes);
  const frame = reader.frameInfo(0);
  // The decoder writes a frame that is larger than its canvas all over the place.
  if (frame.x + frame.width > reader.width || frame.y + frame.height > reader.height) {
    throw new Error('The first picture is larger than the canvas.');
  }
  if (frame.palette_offset === null) throw new Error('The first picture has no palette.');
  const pixels = createPixels(reader.width, reader.height, maxPixels);
  reader.decodeAndBlitFrameRGBA(0, pixels.data);
  return pixels;
};
