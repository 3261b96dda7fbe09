import decode, { init } from '@jsquash/webp/decode.js';
import wasm from '@jsquash/webp/codec/dec/webp_dec.wasm';
import { readImageSize } from '../image-size.ts';
import { takeFirstWebpFrame } from './first-webp-frame.ts';
import { createPixels, type Pixels } from './pixels.ts';

const decodeStill = async (file: Buffer, maxPixels: number): Promise<Pixels> => {
  const size = readImageSize(file, 'image/webp');
  if (size === null || size.width * size.height > maxPixels) throw new Error('The size is missing or too large.');
  const { data, width, height } = await decode(Uint8Array.from(file).buffer);
  return { width, height, data: Buffer.from(data.buffer, data.byteOffset, data.byteLength) };
};

/** Decodes a WebP; of an animated one, the first picture on its whole canvas. */
export const decodeWebp = async (bytes: Buffer, maxPixels: number): Promise<Pixels> => {
  await init({ wasmBinary: wasm });
  const frame = takeFirstWebpFrame(bytes);
  if (frame === null) return decodeStill(bytes, maxPixels);

  const picture = await decodeStill(frame.file, maxPixels);
  const canvasSize = readImageSize(bytes, 'image/webp');
  if (canvasSize === null) throw new Error('The canvas has no size.');
  const canvas = createPixels(canvasSize.width, canvasSize.height, maxPixels);
  if (frame.x + picture.width > canvas.width || frame.y + picture.height > canvas.height) {
    throw new Error('The first picture is larger than the canvas.');
  }
  const rowBytes = picture.width * 4;
  for (let row = 0; row < picture.height; row += 1) {
    const target = ((frame.y + row) * canvas.width + frame.x) * 4;
    picture.data.copy(canvas.data, target, row * rowBytes, (row + 1) * rowBytes);
  }
  return canvas;
};
