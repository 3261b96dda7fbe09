import { describe, expect, it } from 'vitest';
import { toImageData } from '../../../src/backends/cursor-sdk/image-data.ts';
import { toSdkToolResult } from '../../../src/backends/cursor-sdk/process/tool-result.ts';
import type { ContentPart } from '../../../src/core/run-request.ts';

const text = (value: string): ContentPart => ({ type: 'text', text: value });
const image = (url: string): ContentPart => ({ type: 'image', url, param: 'messages.1' });

describe('toSdkToolResult', () => {
  it.each<readonly [name: string, content: readonly ContentPart[], isError: boolean, expected: readonly object[]]>([
    ['nothing', [], false, []],
    ['text, however empty', [text(''), text('{"a":1}')], false, [text(''), text('{"a":1}')]],
    ['an error', [text('no')], true, [text('no')]],
    [
      'images in their place',
      [text('a'), image('data:image/png;base64,QUJD'), text('b')],
      false,
      [text('a'), { type: 'image', data: 'QUJD', mimeType: 'image/png' }, text('b')],
    ],
    ['an image that is elsewhere', [image('https://a/b.png')], false, [text('[an image that could not be read]')]],
  ])('passes on %s', (_, content, isError, expected) => {
    expect(toSdkToolResult({ content, isError })).toEqual({ content: expected, isError });
  });
});

describe('toImageData', () => {
  it.each<readonly [url: string, mimeType: string | null, data: string]>([
    ['data:image/png;base64,QUJD', 'image/png', 'QUJD'],
    ['DATA:image/JPEG;Base64,QUJD==', 'image/jpeg', 'QUJD=='],
    ['data:image/png;charset=utf-8;base64,QQ==', 'image/png', 'QQ=='],
    ['data:image/png,QUJD', null, ''],
    ['data:;base64,QUJD', null, ''],
    ['data:image/png;base64', null, ''],
    ['https://example.com/a.png', null, ''],
    ['', null, ''],
  ])('%s', (url, mimeType, data) => {
    expect(toImageData(url)).toEqual(mimeType === null ? null : { data, mimeType });
  });
});
