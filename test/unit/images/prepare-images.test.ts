import { expect, test } from 'vitest';
import { GatewayError } from '../../../src/core/gateway-error.ts';
import type { Message } from '../../../src/core/run-request.ts';
import { createImagePreparer, type ImagePreparerOptions } from '../../../src/images/create-image-preparer.ts';
import {
  CONVERTER_PATH,
  decodePng,
  imageUrlsOf,
  readImage,
  toDataUrl,
  toImageMessage,
} from '../../support/test-images.ts';

const create = (options: Partial<ImagePreparerOptions> = {}) => {
  const prepare = createImagePreparer({
    converterPath: CONVERTER_PATH,
    maxImageMegabytes: 8,
    allowsRemoteImages: false,
    ...options,
  });
  return async (messages: readonly Message[], signal = new AbortController().signal) => prepare(messages, signal);
};

const RED = [255, 0, 0, 255];
const BLUE = [0, 0, 255, 255];
const SEE_THROUGH = [0, 0, 0, 0];

const png = readImage('halves.png');
const jpeg = readImage('halves.jpg');
const gif = readImage('animated.gif');

test('messages without images are the same object', async () => {
  const messages: Message[] = [{ role: 'user', content: [{ type: 'text', text: 'Hello' }] }];
  expect(await create()(messages)).toBe(messages);
});

test('images that are as they should be, and the messages around them, are the same objects', async () => {
  const messages = [
    toImageMessage(toDataUrl(png), toDataUrl(jpeg, 'image/jpeg')),
    toImageMessage(toDataUrl(gif, 'image/gif')),
  ];
  const prepared = await create()(messages);
  expect(prepared[0]).toBe(messages[0]);
  expect(prepared[1]).not.toBe(messages[1]);
  expect(imageUrlsOf(messages)[2]).toBe(toDataUrl(gif, 'image/gif'));
});

test.each([
  ['another name of JPEG', toDataUrl(jpeg, 'image/jpg'), toDataUrl(jpeg, 'image/jpeg')],
  ['a JPEG that is called a PNG', toDataUrl(jpeg, 'image/png'), toDataUrl(jpeg, 'image/jpeg')],
  ['a PNG that is called a GIF', toDataUrl(png, 'image/gif'), toDataUrl(png)],
  ['a PNG without a type', toDataUrl(png, ''), toDataUrl(png)],
  ['a PNG that is called text', toDataUrl(png, 'text/plain'), toDataUrl(png)],
  ['capitals and parameters', toDataUrl(png, 'IMAGE/PNG;a=b'), toDataUrl(png)],
  ['URL-safe base64', `data:image/png;base64,${png.toString('base64url')}`, toDataUrl(png)],
])('%s is tidied up', async (_name, url, expected) => {
  expect(imageUrlsOf(await create()([toImageMessage(url)]))).toEqual([expected]);
});

test.each<[name: string, type: string, right: number[]]>([
  ['lossy.webp', 'image/webp', BLUE],
  ['lossless.webp', 'image/png', SEE_THROUGH],
])('%s becomes a PNG', async (name, type, right) => {
  const [url = ''] = imageUrlsOf(await create()([toImageMessage(toDataUrl(readImage(name), type))]));
  const { width, height, pixel } = decodePng(url);
  expect([width, height]).toEqual([16, 8]);
  for (const [channel, value] of pixel(2, 4).entries()) expect(value).toBeCloseTo(RED[channel] ?? 0, -2);
  const seen = pixel(13, 4);
  if (right === SEE_THROUGH) expect(seen[3]).toBe(0);
  else for (const [channel, value] of seen.entries()) expect(value).toBeCloseTo(right[channel] ?? 0, -2);
});

test.each(['animated.gif', 'animated.webp'])('the first picture of %s becomes a PNG', async (name) => {
  const [url = ''] = imageUrlsOf(await create()([toImageMessage(toDataUrl(readImage(name), 'image/gif'))]));
  const { width, height, pixel } = decodePng(url);
  expect([width, height]).toEqual([16, 8]);
  expect(pixel(2, 2)[3]).toBe(0);
  expect(pixel(12, 7)[3]).toBe(0);
  const [red = 0, green = 255, blue = 255, opacity] = pixel(12, 1);
  expect(red).toBeGreaterThan(230);
  expect(Math.max(green, blue)).toBeLessThan(25);
  expect(opacity).toBe(255);
});

test('an image that is too large as PNG is made smaller until it fits', async () => {
  const prepare = create({ maxImageMegabytes: gif.length / 1024 / 1024 });
  const [url = ''] = imageUrlsOf(await prepare([toImageMessage(toDataUrl(gif, 'image/gif'))]));
  const { width, height, pixel } = decodePng(url);
  expect([width, height]).toEqual([8, 4]);
  expect([pixel(0, 0)[3], pixel(6, 1), pixel(6, 2)[3]]).toEqual([0, RED, 0]);
});

test('an image over the limit is refused', async () => {
  const prepare = create({ maxImageMegabytes: (gif.length - 1) / 1024 / 1024 });
  await expect(prepare([toImageMessage(toDataUrl(gif, 'image/gif'))])).rejects.toThrow(/Scale it down/u);
});

test('the tools’ images are prepared too, and one that occurs twice is worked on once', async () => {
  const url = toDataUrl(gif, 'image/gif');
  const messages: Message[] = [
    { ...toImageMessage(url), role: 'tool', toolCallId: 'call_1' },
    toImageMessage(url, url),
  ];
  const urls = imageUrlsOf(await create()(messages));
  expect(urls).toHaveLength(3);
  expect(new Set(urls).size).toBe(1);
  expect(decodePng(urls[0] ?? '').width).toBe(16);
});

test('a file that is cut off behind its header is refused', async () => {
  const cut = toDataUrl(readImage('lossy.webp').subarray(0, 40), 'image/webp');
  await expect(create()([toImageMessage(cut)])).rejects.toMatchObject({
    code: 'invalid_image',
    param: 'images.0',
    message: 'This image starts as image/webp, but cannot be decoded. Send the whole file, or a PNG or JPEG.',
  });
});

test.each([
  ['a GIF whose picture is larger than its canvas', (bytes: Buffer) => bytes.writeUInt16LE(4, 6)],
  [
    'a GIF whose picture claims 65535×65535 pixels',
    (bytes: Buffer) => bytes.fill(0xff, bytes.indexOf(0x2c) + 5, bytes.indexOf(0x2c) + 9),
  ],
  ['a GIF of noise', (bytes: Buffer) => bytes.fill(0x55, 20)],
])('%s is refused', async (_name, damage) => {
  const bytes = Buffer.from(gif);
  damage(bytes);
  await expect(create()([toImageMessage(toDataUrl(bytes, 'image/gif'))])).rejects.toThrow(/cannot be decoded/u);
});

test.each([
  [
    'a remote one, without permission',
    'https://example.com/a.png',
    /portside\.allowRemoteImages.*PORTSIDE_ALLOW_REMOTE_IMAGES/u,
  ],
  ['a file', 'file:///etc/passwd', /data URL.*not read/u],
  ['a path', '/home/me/a.png', /data URL.*not read/u],
  ['bare base64', png.toString('base64'), /data URL: `data:image\/png;base64,`/u],
  ['nothing', '', /data URL/u],
  ['text that is called an image', toDataUrl(Buffer.from('<svg/>'), 'image/svg+xml'), /image\/svg\+xml.*Send PNG/u],
])('%s is refused, with the field that it came in', async (_name, url, message) => {
  const failure = create()([toImageMessage(toDataUrl(png), url)]);
  await expect(failure).rejects.toBeInstanceOf(GatewayError);
  await expect(failure).rejects.toMatchObject({
    code: 'invalid_image',
    param: 'images.1',
    message: expect.stringMatching(message),
  });
});

test('many images of one request are prepared, without a warning about listeners', async () => {
  const warnings: Error[] = [];
  const listen = (warning: Error): void => void warnings.push(warning);
  process.on('warning', listen);
  try {
    // Whatever follows the end of a GIF is not read, so that each of them is an image of its own.
    const urls = Array.from({ length: 16 }, (_, index) =>
      toDataUrl(Buffer.concat([gif, Buffer.from([index])]), 'image/gif'),
    );
    const prepared = imageUrlsOf(await create()([toImageMessage(...urls)]));
    expect(prepared.map((url) => decodePng(url).width)).toEqual(urls.map(() => 16));
    expect(warnings).toEqual([]);
  } finally {
    process.off('warning', listen);
  }
});

test('a request that is hung up ends the conversion with its own reason', async () => {
  const controller = new AbortController();
  const prepared = create()([toImageMessage(toDataUrl(gif, 'image/gif'))], controller.signal);
  controller.abort(new Error('Hung up.'));
  await expect(prepared).rejects.toThrow('Hung up.');
});

test('a converter that is missing is no fault of the image', async () => {
  const prepare = create({ converterPath: '/nowhere/image-converter.js' });
  await expect(prepare([toImageMessage(toDataUrl(gif, 'image/gif'))])).rejects.not.toBeInstanceOf(GatewayError);
});
