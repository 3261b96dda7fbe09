import { expect, test } from 'vitest';
import { readDataUrl } from '../../../src/images/data-url.ts';
import { createSizeLimit } from '../../../src/images/size-limit.ts';

const limit = createSizeLimit(1);
// In base64 `++//Ag==`: both characters that the URL-safe alphabet replaces, and padding.
const BYTES = Buffer.from([0xfb, 0xef, 0xff, 0x02]);

test.each([
  ['plain', 'data:image/png;base64,++//Ag==', 'image/png', true],
  ['the other name of JPEG', 'data:image/jpg;base64,++//Ag==', 'image/jpg', true],
  ['no media type', 'data:;base64,++//Ag==', '', true],
  ['capitals', 'DATA:Image/PNG;BASE64,++//Ag==', 'image/png', false],
  ['parameters', 'data:image/png;charset=utf-8;name=a.png;base64,++//Ag==', 'image/png', false],
  ['blanks', 'data: image/png ; base64,++//Ag==', 'image/png', false],
  ['line breaks', 'data:image/png;base64,\r\n++//\r\n Ag==\n', 'image/png', false],
  ['the URL-safe alphabet', 'data:image/png;base64,--__Ag', 'image/png', false],
  ['percent-encoding', 'data:image/png;base64,%2B%2b//Ag%3D%3D', 'image/png', false],
  ['no padding', 'data:image/png;base64,++//Ag', 'image/png', false],
  ['half of the padding', 'data:image/png;base64,++//Ag=', 'image/png', false],
])('%s is read', (_name, url, declaredType, isCanonical) => {
  expect(readDataUrl(url, limit)).toEqual({ declaredType, bytes: BYTES, isCanonical });
});

test.each([
  ['no base64', 'data:image/png,abc', /not one of base64.*data:image\/png;base64,/u],
  ['no comma', 'data:image/png;base64', /not one of base64/u],
  ['base64 as the type', 'data:base64,AAAA', /not one of base64/u],
  ['nothing', 'data:image/png;base64,', /is empty/u],
  ['blanks alone', 'data:image/png;base64, \n', /is empty/u],
  ['padding alone', 'data:image/png;base64,==', /is empty/u],
  ['characters of another alphabet', 'data:image/png;base64,AA*A', /base64 of this image is broken/u],
  ['padding in between', 'data:image/png;base64,AA==AAAA', /base64 of this image is broken/u],
  ['too much padding', 'data:image/png;base64,A===', /base64 of this image is broken/u],
  ['one character too few', 'data:image/png;base64,AAAAA', /base64 of this image is broken/u],
  ['a stray percent sign', 'data:image/png;base64,AA%ZZ', /base64 of this image is broken/u],
  ['an ellipsis of a log', 'data:image/png;base64,AAAA…', /base64 of this image is broken/u],
])('%s is refused', (_name, url, message) => {
  expect(() => readDataUrl(url, limit)).toThrow(message);
});

test('the limit is one of the decoded bytes', () => {
  const urlOf = (bytes: number): string => `data:image/png;base64,${Buffer.alloc(bytes).toString('base64')}`;
  expect(readDataUrl(urlOf(limit.bytes), limit).bytes).toHaveLength(limit.bytes);
  expect(() => readDataUrl(urlOf(limit.bytes + 1), limit)).toThrow(/may have 1 MB, and this one has 1\.00 MB/u);
  expect(() => readDataUrl(urlOf(limit.bytes * 3), limit)).toThrow(/portside\.maxImageMegabytes.*PORTSIDE_MAX_IMAGE/u);
});
