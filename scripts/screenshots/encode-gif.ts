import { GIFEncoder, applyPalette, quantize } from 'gifenc/dist/gifenc.esm.js';
import { PNG } from 'pngjs';

/** One picture of an animation. */
export interface Frame {
  readonly png: Buffer;
  /** How long it is seen, in milliseconds. */
  readonly durationMs: number;
}

/** One entry of the palette stands for "as in the frame before". */
const UNCHANGED = 255;

/** Enough pixels of every frame to know its colours: four bytes of 29 pixels each. */
const samplePixels = (frames: readonly Uint8Array[]): Uint8Array =>
  Uint8Array.from(frames.flatMap((rgba) => [...rgba].filter((_, at) => (at >> 2) % 29 === 0)));

/** Makes an animated GIF, for ever again, of frames of one size. What does not change between frames is not stored again. */
export const encodeGif = (frames: readonly Frame[]): Uint8Array => {
  const pictures = frames.map(({ png }) => PNG.sync.read(png));
  const palette = quantize(samplePixels(pictures.map(({ data }) => data)), UNCHANGED);
  while (palette.length <= UNCHANGED) palette.push([0, 0, 0]);
  const colors = palette.slice(0, UNCHANGED);
  const encoder = GIFEncoder();
  let before: Uint8Array | null = null;
  for (const [index, { data, width, height }] of pictures.entries()) {
    const pixels = applyPalette(data, colors);
    const previous = before;
    const changed =
      previous === null ? pixels : pixels.map((color, at) => (color === previous[at] ? UNCHANGED : color));
    encoder.writeFrame(changed, width, height, {
      // One palette for all of them stands in the first.
      ...(previous === null && { palette }),
      delay: frames[index]?.durationMs ?? 0,
      transparent: previous !== null,
      transparentIndex: UNCHANGED,
      dispose: 1,
    });
    before = pixels;
  }
  encoder.finish();
  return encoder.bytes();
};
