import { describe, expect, it } from 'vitest';
import { toJsonSpans } from '../../../src/panel/json-spans.ts';

const read = (text: string, maxCharacters = 10_000) =>
  toJsonSpans(text, { maxCharacters, toRemark: (left) => `<${left} more>` });
const lay = (text: string): string | undefined =>
  read(text)
    ?.spans.map((span) => span.text)
    .join('');

describe('JSON for people', () => {
  it.each([
    '{}',
    '[]',
    '{"a":{},"b":[],"c":[[]]}',
    '{"a":1,"b":[true,false,null,"x"],"c":{"d":"e\\"f","g":-1.5e3}}',
    '[{"role":"user","content":"a: {b}, [c]"}]',
  ])('is laid out as usual: %s', (text) => {
    const value: unknown = JSON.parse(text);
    expect(lay(text)?.replaceAll('-1.5e3', '-1500')).toBe(JSON.stringify(value, null, 2));
  });

  it('keeps every number as it was written', () => {
    expect(lay('{"n":12345678901234567890,"m":1.50}')).toContain('12345678901234567890');
    expect(lay('{"n":12345678901234567890,"m":1.50}')).toContain('1.50');
  });

  it.each(['', 'data: {}', '"text"', '12', 'null', '<html>'])('is not %j', (text) => {
    expect(read(text)).toBe(null);
  });

  it.each(['{', '{"a":', '[1,,2]', '{"a" "b"}', '{"open', '}{', '[trash]', '{"a":1}}}'])(
    'that is broken is shown as far as it goes: %s',
    (text) => {
      const letters = (value: string): string => value.replaceAll(/\s/gu, '');
      if (text.startsWith('}')) expect(read(text)).toBe(null);
      else expect(letters(lay(text) ?? '')).toBe(letters(text));
    },
  );

  it('cuts long strings and says so', () => {
    const spans = read(`{"image":"${'x'.repeat(3_000)}"}`)?.spans ?? [];
    expect(spans.find(({ kind }) => kind === 'remark')?.text).toBe('<1002 more>');
    expect(spans.find(({ kind }) => kind === 'string')?.text).toHaveLength(2_000);
  });

  it('stops where it is too long', () => {
    const text = JSON.stringify(Array.from({ length: 10_000 }, (_, index) => index));
    const json = read(text, 500);
    expect(json?.isCut).toBe(true);
    expect(json?.spans.map((span) => span.text).join('').length).toBeLessThan(600);
    expect(read('[1]', 500)?.isCut).toBe(false);
  });
});
