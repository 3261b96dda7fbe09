import { readFileSync } from 'node:fs';
import path from 'node:path';
import { PNG } from 'pngjs';
import type { ImagePart, Message } from '../../src/core/run-request.ts';

/** The built converter. `CONVERTER_UNDER_TEST` names another build. */
export const CONVERTER_PATH =
  process.env['CONVERTER_UNDER_TEST'] ?? path.resolve(import.meta.dirname, '../../dist/image-converter.js');

/** The bytes of an image of `test/fixtures/images`. */
export const readImage = (name: string): Buffer =>
  readFileSync(path.join(import.meta.dirname, '../fixtures/images', name));

/** A data URL as clients write it. */
export const toDataUrl = (bytes: Buffer, type = 'image/png'): string =>
  `data:${type};base64,${bytes.toString('base64')}`;

/** A user message of images, whose params are `images.0`, `images.1`, … */
export const toImageMessage = (...urls: readonly string[]): Message => ({
  role: 'user',
  content: urls.map((url, index): ImagePart => ({ type: 'image', url, param: `images.${index}` })),
});

/** The URLs of all images of messages. */
export const imageUrlsOf = (messages: readonly Message[]): string[] =>
  messages.flatMap(({ content }) => content.flatMap((part) => (part.type === 'image' ? [part.url] : [])));

/** The size and the pixels of a data URL of PNG, the pixels as `[red, green, blue, opacity]`. */
export const decodePng = (url: string) => {
  const prefix = 'data:image/png;base64,';
  if (!url.startsWith(prefix)) throw new Error(`This is no PNG: ${url.slice(0, 40)}`);
  const { width, height, data } = PNG.sync.read(Buffer.from(url.slice(prefix.length), 'base64'));
  return {
    width,
    height,
    pixel: (x: number, y: number): number[] => [...data.subarray((y * width + x) * 4, (y * width + x) * 4 + 4)],
  };
};
