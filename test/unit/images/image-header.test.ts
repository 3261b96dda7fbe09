import { expect, test } from 'vitest';
import { checkImage } from '../../../src/images/check-image.ts';
import { ImageError } from '../../../src/images/image-error.ts';
import { readImageSize } from '../../../src/images/image-size.ts';
import { sniffImageType } from '../../../src/images/image-type.ts';
import { readImage } from '../../support/test-images.ts';

const FILES = [
  ['halves.png', 'image/png'],
  ['halves.jpg', 'image/jpeg'],
  ['lossy.webp', 'image/webp'],
  ['lossless.webp', 'image/webp'],
  ['animated.webp', 'image/webp'],
  ['animated.gif', 'image/gif'],
] as const;

test.each(FILES)('%s is known as %s, with its size', (name, type) => {
  const bytes = readImage(name);
  expect(sniffImageType(bytes)).toBe(type);
  expect(readImageSize(bytes, type)).toEqual({ width: 16, height: 8 });
});

test.each(FILES)('%s is refused wherever its header is cut off', (name, type) => {
  const bytes = readImage(name);
  const lengths = Array.from({ length: bytes.length }, (_, length) => length);
  const whole = lengths.find((length) => readImageSize(bytes.subarray(0, length), type) !== null) ?? bytes.length;
  expect(whole).toBeGreaterThan(6);
  for (const length of lengths.slice(0, whole)) {
    expect(() => checkImage(bytes.subarray(0, length), type), String(length)).toThrow(ImageError);
  }
});

const gifOf = (width: number, height: number): Buffer => {
  const bytes = Buffer.from(readImage('animated.gif'));
  bytes.writeUInt16LE(width, 6);
  bytes.writeUInt16LE(height, 8);
  return bytes;
};

const animatedWebpOf = (width: number, height: number): Buffer => {
  const bytes = Buffer.from(readImage('animated.webp'));
  bytes.writeUIntLE(width - 1, 24, 3);
  bytes.writeUIntLE(height - 1, 27, 3);
  return bytes;
};

const pngOf = (width: number, height: number): Buffer => {
  const bytes = Buffer.from(readImage('halves.png'));
  bytes.writeUInt32BE(width, 16);
  bytes.writeUInt32BE(height, 20);
  return bytes;
};

test.each([
  ['a GIF that claims 30000×30000 pixels', gifOf(30_000, 30_000), /30000×30000 pixels.*Scale it down/u],
  ['a WebP that claims 30000×30000 pixels', animatedWebpOf(30_000, 30_000), /30000×30000 pixels.*Scale it down/u],
  ['a GIF of no pixels', gifOf(0, 8), /header of this image is broken/u],
  ['a PNG of no pixels', pngOf(16, 0), /header of this image is broken/u],
  ['nothing', Buffer.alloc(0), /is empty/u],
  [
    'text',
    Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'),
    /it is called image\/x\).*PNG, JPEG, GIF or WebP/u,
  ],
  ['a RIFF that is no WebP', Buffer.from('RIFF\0\0\0\0WAVEfmt '), /not an image of a kind that is taken/u],
  ['a JPEG of noise', Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 4]), Buffer.alloc(64)]), /cut off/u],
])('%s is refused', (_name, bytes, message) => {
  expect(() => checkImage(bytes, 'image/x')).toThrow(message);
});

test('a GIF at the limit is let through, and a PNG of any size: nothing here decodes it', () => {
  expect(checkImage(gifOf(8000, 5000), '')).toBe('image/gif');
  expect(checkImage(pngOf(30_000, 30_000), '')).toBe('image/png');
});

test('fill bytes before a marker of a JPEG are skipped', () => {
  const bytes = readImage('halves.jpg');
  const filled = Buffer.concat([bytes.subarray(0, 2), Buffer.from([0xff, 0xff]), bytes.subarray(2)]);
  expect(readImageSize(filled, 'image/jpeg')).toEqual({ width: 16, height: 8 });
});
