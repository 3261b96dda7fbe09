import { describe, expect, it } from 'vitest';
import { parseBoot, toBootJson } from '../../../src/panel/contract/boot.ts';

describe('what the page is given', () => {
  it('comes through its script element as it was', () => {
    const boot = { locale: 'zh-cn', l10n: { 'a</script><script>': '<!--b' } };
    const json = toBootJson(boot);
    expect(json).not.toContain('<');
    expect(parseBoot(json)).toEqual(boot);
  });

  it.each([
    { json: null, boot: { locale: 'en', l10n: null } },
    { json: '', boot: { locale: 'en', l10n: null } },
    { json: '[1]', boot: { locale: 'en', l10n: null } },
    { json: '{"locale":"not a tag!","l10n":7}', boot: { locale: 'en', l10n: null } },
    {
      json: '{"locale":"de","l10n":{"A":"B","C":{"message":"D","comment":["E"]},"F":1}}',
      boot: { locale: 'de', l10n: { A: 'B', C: 'D' } },
    },
  ])('is read from $json', ({ json, boot }) => {
    expect(parseBoot(json)).toEqual(boot);
  });
});
