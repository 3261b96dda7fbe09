import path from 'node:path';
import { expect, test } from 'vitest';
import { createImageConverter } from '../../../src/images/image-converter.ts';
import { ImageError } from '../../../src/images/image-error.ts';
import { readImage } from '../../support/test-images.ts';

const pathOf = (name: string): string => path.join(import.meta.dirname, '../../fixtures/converter', name);

const convertWith = async (name: string, signal = new AbortController().signal) =>
  createImageConverter({ converterPath: pathOf(name), maxBytes: 1000, timeoutMs: 300 })(
    readImage('animated.gif'),
    'image/gif',
    signal,
  );

test('a decoder that hangs is ended, and the image refused', async () => {
  await expect(convertWith('hang.cjs')).rejects.toBeInstanceOf(ImageError);
});

test('a converter that dies is no fault of the image', async () => {
  const failure = convertWith('exit.cjs');
  await expect(failure).rejects.toThrow('The image converter ended with code 3.');
  await expect(failure).rejects.not.toBeInstanceOf(ImageError);
});

test('a request that is hung up ends a decoder that hangs', async () => {
  const controller = new AbortController();
  const converted = convertWith('hang.cjs', controller.signal);
  setImmediate(() => controller.abort(new Error('Hung up.')));
  await expect(converted).rejects.toThrow('Hung up.');
});
