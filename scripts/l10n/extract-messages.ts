import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { getL10nJson } from '@vscode/l10n-dev';

const CALL = /(?:[\w#$]+\.)*\bl10n\.t\(/g;

/** The extractor takes only calls of an imported `l10n`; here it is a parameter almost everywhere. */
const IMPORT = "import { l10n } from 'vscode';\n";

const lineOf = (text: string, index: number): number => text.slice(0, index).split('\n').length;

/** @throws {Error} where a message is not a literal, so that it could not be found */
const checkLiterals = (file: string, text: string): void => {
  for (const { 0: call, index } of text.matchAll(CALL)) {
    const rest = text.slice(index + call.length);
    if (!/^\s*(?:'[^'\\\n]*(?:\\['"\\n][^'\\\n]*)*'|"[^"\\\n]*(?:\\['"\\n][^"\\\n]*)*"|`[^`$\\]*`)\s*[,)]/.test(rest)) {
      throw new Error(`${file}:${lineOf(text, index)}: the first argument of l10n.t has to be one plain literal.`);
    }
  }
};

/**
 * Every English message that a `Localizer` called `l10n` translates in the sources, sorted.
 *
 * @throws {Error} where a message is not a literal
 */
export const extractMessages = async (sourceFolder: string): Promise<readonly string[]> => {
  const names = (await readdir(sourceFolder, { recursive: true })).filter((name) => name.endsWith('.ts'));
  const scripts = await Promise.all(
    names.map(async (name) => {
      const text = await readFile(path.join(sourceFolder, name), 'utf8');
      if (text.search(CALL) === -1) return [];
      checkLiterals(path.join(path.basename(sourceFolder), name), text);
      return [{ extension: '.ts', contents: `${IMPORT}${text.replaceAll(CALL, 'l10n.t(')}` }];
    }),
  );
  return Object.keys(await getL10nJson(scripts.flat())).toSorted();
};
