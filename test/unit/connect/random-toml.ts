import { createSeededRandom } from '../../support/seeded-random.ts';

/**
 * A TOML file of a person with habits: values of all kinds, comments, tables in every order. It may have `m`, `p` and `p.us` in any
 * form; every line without those has a number that no other line has.
 */
export const createRandomToml = (seed: number): string => {
  const random = createSeededRandom(seed);
  const pick = <T>(...choices: readonly T[]): T => random.pick(choices);
  let count = 0;
  const number = (): string => `z${(count += 1)}`;
  const blank = (): string => pick('', '', ' ', '\t', '  ');
  const rest = (): string => pick('', '', ` # ${number()} "`, ' ', `\t#${number()} [p.us]`);
  const value = (): string =>
    pick(
      '1',
      '0x1F',
      '1e3',
      'true',
      '1979-05-27T07:32:00Z',
      '07:32:00',
      `"a ${number()} # \\" ]"`,
      String.raw`'C:\it'`,
      `[ 1, "]", [ 'x' ] ]`,
      `[\n  "${number()}", # ${number()} ]\n  { a = 1 },\n]`,
      `"""\n[p.us] ${number()}\nm = 1 \\"" """`,
      `'''\nm = "${number()}'''`,
      `{ ${number()} = { b = "}" }, c = [] }`,
    );
  const other = (): string => {
    const name = pick(number(), `"${number()} #"`, `${number()}.x . "y"`, `'${number()}'`);
    return `${blank()}${name}${blank()}=${blank()}${value()}${rest()}\n`;
  };
  const noise = (): string => pick('', '', '\n', `${blank()}# ${number()}\n`, `#${number()}\n\n`);
  const others = (): string => Array.from({ length: random.below(3) }, () => noise() + other()).join('');
  const table = (): string => {
    const name = number();
    const header = pick(`[${name}]`, `[ ${name} . sub ]`, `[[${name}]]`, `["${name}".'us']`);
    return `${noise()}${blank()}${header}${rest()}\n${others()}`;
  };
  const tables = (): string => Array.from({ length: random.below(3) }, table).join('');
  /** After what may go. */
  const comment = (): string => pick('', ' # ] "', '\t#');
  const inner = pick(
    ['a = "old"'],
    ['old = 1', 'a = 1'],
    ['b = false', 'old.deep = 2', 'c = 3'],
    ['a = "x"', 'old = {}'],
    [],
  );
  const prefixed = (prefix: string, end: string): string => inner.map((line) => `${prefix}${line}${end}`).join('');
  const model = pick('', `m${blank()}=${blank()}${pick('"old"', "'new'", '1', '"new"')}${comment()}\n`);
  const [early, late] = pick<readonly [string, string]>(
    ['', ''],
    [prefixed('p.us.', '\n'), ''],
    [`p = { us = { ${inner.join(', ')} } }${comment()}\n`, ''],
    [`p = { ${prefixed('us.', ', ')} k.a = 1 }\n`, ''],
    [`p.us = { ${inner.join(' , ')}}\n`, ''],
    [`p.k.a = 1\n`, ''],
    ['', `${blank()}[p.us]${comment()}\n${prefixed(blank(), `${comment()}\n`)}`],
    ['', `[p]\n${prefixed('us.', comment() + '\n')}k.a = 1\n`],
    ['', `[p]\nus = {${inner.join(',')}}${comment()}\n`],
    ['', `[p.us.h]\nk = 1\n[p.us]\n${prefixed('', '\n')}`],
    ['', `[p.us.old]\nk = 1\n[p.k]\na = 1\n`],
    ['', `[p.k]\na = "old"\n`],
  );
  const text = `${noise()}${others()}${model}${noise()}${early}${others()}${tables()}${late}${tables()}${noise()}`;
  const ended = pick(text, text.trimEnd());
  return pick(ended, ended, ended.replaceAll('\n', '\r\n'), `\uFEFF${ended}`);
};
