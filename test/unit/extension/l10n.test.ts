import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { checkTranslations } from '../../../scripts/l10n/check-translations.ts';
import { compareTranslation } from '../../../scripts/l10n/compare-translation.ts';
import { extractMessages } from '../../../scripts/l10n/extract-messages.ts';
import { PROJECT_ROOT } from './manifest.ts';

describe('translations', () => {
  it('are complete and fit the original', async () => {
    expect(await checkTranslations(PROJECT_ROOT)).toEqual([]);
  });

  it.each<[string, Record<string, string>, Record<string, string>, RegExp | null]>([
    ['the same placeholders in another order', { a: '{0} of {1}' }, { a: '{1} 的 {0}' }, null],
    ['a missing text', { a: 'A', b: 'B' }, { a: '甲' }, /lacks "b"/],
    ['one that is not used', { a: 'A' }, { a: '甲', b: '乙' }, /has "b", which is not used/],
    ['an empty one', { a: 'A' }, { a: ' ' }, /"a" is empty/],
    ['another placeholder', { a: 'Port {0}' }, { a: '端口 {1}' }, /"a" has other placeholders/],
    ['a lost placeholder', { a: '{0} and {0}' }, { a: '{0}' }, /"a" has other placeholders/],
    ['translated code', { a: 'Set `host`' }, { a: '设置 `主机`' }, /"a" has other placeholders/],
    ['another command', { a: '[X](command:a.b)' }, { a: '[乙](command:a.c)' }, /"a" has other placeholders/],
    ['a lost line break', { a: 'A\nB' }, { a: '甲乙' }, /"a" has other placeholders/],
  ])('%s', (_name, original, translation, problem) => {
    const problems = compareTranslation(original, translation);
    if (problem === null) expect(problems).toEqual([]);
    else expect(problems).toEqual([expect.stringMatching(problem)]);
  });
});

describe('extractMessages', () => {
  const folders: string[] = [];
  afterAll(async () => {
    for (const folder of folders) await rm(folder, { recursive: true });
  });

  const extractFrom = async (source: string): Promise<readonly string[]> => {
    const folder = await mkdtemp(path.join(tmpdir(), 'portside-l10n-'));
    folders.push(folder);
    await mkdir(path.join(folder, 'inner'));
    await writeFile(path.join(folder, 'inner', 'source.ts'), source);
    return extractMessages(folder);
  };

  it.each<[string, string, readonly string[]]>([
    ['an imported one', "import { l10n } from 'vscode';\nl10n.t('One {0}', 1);", ['One {0}']],
    ['a parameter', "const f = (l10n: Localizer) => l10n.t('Two');", ['Two']],
    ['a member', "context.l10n.t('Three'); this.#context.l10n.t('Four');", ['Four', 'Three']],
    ['a template of lit', "html`<p title=${l10n.t('Five')}>${l10n.t(`Six`)}</p>`", ['Five', 'Six']],
    ['quotes and line breaks', String.raw`l10n.t('It\'s\n"so"');`, ['It\'s\n"so"']],
    ['over lines', "l10n.t(\n  'Seven {0}',\n  7,\n);", ['Seven {0}']],
    ['something else', "t('Eight'); other.t('Nine');", []],
  ])('finds %s', async (_name, source, expected) => {
    expect(await extractFrom(source)).toEqual(expected);
  });

  it.each([
    ['a variable', 'l10n.t(message)'],
    ['a choice', "l10n.t(isOne ? 'One' : 'Many')"],
    ['a sum', "l10n.t('One' + 'Two')"],
    ['a filled template', 'l10n.t(`Port ${port}`)'],
  ])('refuses %s', async (_name, source) => {
    await expect(extractFrom(`\n${source};`)).rejects.toThrow(/source\.ts:2: .* plain literal/);
  });
});
