import { parse } from 'smol-toml';
import { describe, expect, test } from 'vitest';
import { editToml } from '../../../src/connect/files/edit-toml.ts';
import { createRandomToml } from './random-toml.ts';

/** Sets `m` and `p.us.a`, and takes out `p.us.old`. */
const edit = (text: string | null) =>
  editToml(text, () => [
    { path: ['m'], value: 'new' },
    { path: ['p', 'us', 'old'], value: null },
    { path: ['p', 'us', 'a'], value: 'x' },
    { path: ['p', 'us', 'b'], value: true },
  ]);

const OURS = '[p.us]\na = "x"\nb = true\n';

/** What becomes of a file: nothing but our values changes. */
test.each([
  ['nothing', '', `m = "new"\n\n${OURS}`],
  ['blanks', '\n\n', `m = "new"\n\n${OURS}`],
  ['a comment', '# c\n', `# c\nm = "new"\n\n${OURS}`],
  ['a value in single quotes', "m = 'old' # c\n", `m = "new" # c\n\n${OURS}`],
  ['a text of several lines', 'm = """\n[p.us]\n"""\n', `m = "new"\n\n${OURS}`],
  ['a key in quotes', '"m"= 1\n', `"m"= "new"\n\n${OURS}`],
  ['no line end at the end', 'z = 1', `z = 1\nm = "new"\n\n${OURS}`],
  ['a blank line at the end', 'z = 1\n\n', `z = 1\nm = "new"\n\n${OURS}`],
  [
    'an array of several lines',
    'z = [ # one\n  "]", # two\n]  # three\n[t]\n',
    `z = [ # one\n  "]", # two\n]  # three\nm = "new"\n[t]\n\n${OURS}`,
  ],
  ['only tables', '[t]\nm = 1\n', `m = "new"\n\n[t]\nm = 1\n\n${OURS}`],
  ["a table's own comment", '# t\n[t]\n', `m = "new"\n\n# t\n[t]\n\n${OURS}`],
  ["the file's own comment", '# c\n# d\n\n[t]\n', `# c\n# d\n\nm = "new"\n\n[t]\n\n${OURS}`],
  ['a line for editors', '#:schema x.json\n[t]\n', `#:schema x.json\nm = "new"\n\n[t]\n\n${OURS}`],
  [
    'a table of ours',
    `m = "new"\n [ p . "us" ] # c\n  a='y' # d\n  # e\n[t]\n`,
    `m = "new"\n [ p . "us" ] # c\n  a="x" # d\n  b = true\n  # e\n[t]\n`,
  ],
  ['an empty table of ours', 'm = "new"\n[p.us] # c\n\n[t]\n', 'm = "new"\n[p.us] # c\na = "x"\nb = true\n\n[t]\n'],
  ['a table below ours alone', `m = "new"\n[p.us.h]\nx = 1\n`, `m = "new"\n[p.us.h]\nx = 1\n\n${OURS}`],
  [
    'others beside ours',
    'm = "new"\n[p]\nz = 1\n[p.other]\na = "y"\n[[t]]\n',
    `m = "new"\n[p]\nz = 1\n[p.other]\na = "y"\n[[t]]\n\n${OURS}`,
  ],
  ['others by dotted keys', 'p.other.a = 1\nm = "new"\n', `p.other.a = 1\nm = "new"\n\n${OURS}`],
  [
    'ours by dotted keys',
    'p.us.a = 1 # c\np . us . z = 2\n\nm = "new"\n',
    'p.us.a = "x" # c\np . us . z = 2\np.us.b = true\n\nm = "new"\n',
  ],
  [
    'ours by dotted keys in a table',
    'm = "new"\n[p]\nus.a = 1\nother = 2\n',
    'm = "new"\n[p]\nus.a = "x"\nus.b = true\nother = 2\n',
  ],
  [
    'ours in braces',
    'm = "new"\n[p]\nus = { z = "}", a = 1 } # c\n',
    'm = "new"\n[p]\nus = { z = "}", a = "x", b = true } # c\n',
  ],
  [
    'others in braces',
    'm = "new"\np = { other = { a = 1 } }\n',
    'm = "new"\np = { other = { a = 1 }, us = { a = "x", b = true } }\n',
  ],
  ['empty braces', 'm = "new"\np = {}\n', 'm = "new"\np = { us = { a = "x", b = true } }\n'],
  ['dotted keys in braces', 'm = "new"\np = { us.z = 1 }\n', 'm = "new"\np = { us.z = 1, us.a = "x", us.b = true }\n'],
  [
    'braces of several lines',
    'm = "new"\n[p]\nus = { # c\n  z = 1, # d\n}\n',
    'm = "new"\n[p]\nus = { # c\n  z = 1, a = "x", b = true, # d\n}\n',
  ],
  [
    'what goes: a line',
    `m = "new"\n[p.us]\n# c\nold = [\n  1, # d\n] # e\na = "x"\nb = true\n`,
    `m = "new"\n[p.us]\n# c\na = "x"\nb = true\n`,
  ],
  [
    'what goes: tables',
    `m = "new"\n${OURS}# c\n[p.us.old]\nz = 1\n# d\n[[p.us.old.more]]\n[t]\n`,
    `m = "new"\n${OURS}# c\n# d\n[t]\n`,
  ],
  ['what goes: a dotted key', `m = "new"\n[p.us]\nold.z.y = 1\na = "x"\nb = true\n`, `m = "new"\n${OURS}`],
  [
    'what goes: first in braces',
    'm = "new"\np.us = { old = 1, a = "x", b = true }\n',
    'm = "new"\np.us = { a = "x", b = true }\n',
  ],
  [
    'what goes: last in braces',
    'm = "new"\np.us = { a = "x", b = true, old = { z = 1 } }\n',
    'm = "new"\np.us = { a = "x", b = true }\n',
  ],
])('%s', (_name, before, after) => {
  expect(edit(before)).toBe(after);
  expect(edit(after)).toBe(after);
  const windows = before.replaceAll('\n', '\r\n');
  expect(edit(`\uFEFF${windows}`)).toBe(`\uFEFF${before.includes('\n') ? after.replaceAll('\n', '\r\n') : after}`);
});

test('texts and keys are quoted as they need it', () => {
  const value = 'a "b" \\ \n\t\u007F é 😀';
  const edited = editToml(null, () => [{ path: ['with space', 'plain-1_x', 'quote"'], value }]);
  expect(edited).toBe('["with space".plain-1_x]\n"quote\\"" = "a \\"b\\" \\\\ \\n\\t\\u007F é 😀"\n');
  expect(
    editToml(edited, (present) => {
      expect(present).toEqual({ 'with space': { 'plain-1_x': { 'quote"': value } } });
      return [];
    }),
  ).toBe(edited);
});

describe('is refused', () => {
  test.each([
    ['a value in the place of a table', 'p = 1\n', /"p" in it is not a table/],
    ['an array in the place of a table', 'p.us = []\n', /"p\.us" in it is not a table/],
    ['a list of tables', '[[p]]\n', /"p" in it is not a table/],
    ['a table in the place of a value', '[m]\n', /"m" in it is a table/],
    ['a dotted table in the place of a value', 'm.x = 1\n', /"m" in it is a table/],
    ['a comment that would go too', 'p.us = { a = 1, # c\n  old = 2 }\n', /does not let these settings in/],
    [
      'a key that is there twice',
      'm = 1\nm = 2\n',
      /not valid TOML: a key or table is there twice at line 2, column 1\./,
    ],
    ['a table that is there twice', '[p.us]\n[p.us]\n', /there twice at line 2/],
    ['a value that is missing', 'z =\n', /a value is missing at line/],
    ['a text that does not end', 'z = "secret\n', /not valid TOML: a text does not end at line 1, column \d+\.$/],
    ['two values on a line', 'z = 1 y = 2\n', /something stands after the end of a value at line 1/],
    ['no TOML at all', '{ "a": 1 }\n', /not valid TOML: .* at line 1/],
  ])('%s', (_name, text, message) => {
    expect(() => edit(text)).toThrow(message);
  });
});

describe('files of all forms', () => {
  const values = (text: string) => parse(text.replace(/^\uFEFF/, ''));
  /** What is there once the values are set, by another parser. */
  const expected = (text: string): unknown => {
    const { p, ...others } = values(text) as { readonly p?: { readonly us?: { readonly old?: unknown } } };
    const { old: _, ...us } = p?.us ?? {};
    return { ...others, m: 'new', p: { ...p, us: { ...us, a: 'x', b: true } } };
  };
  /** The lines that have nothing of ours. */
  const others = (text: string) =>
    text
      .replace(/^\uFEFF/, '')
      .split(/\r?\n/)
      .filter((line) => /z\d/.test(line));

  test.each(Array.from({ length: 20 }, (_unused, index) => index * 50))('from the seed %d on', (first) => {
    for (let seed = first; seed < first + 50; seed += 1) {
      const before = createRandomToml(seed);
      const after = edit(before);
      expect({ before, values: values(after) }).toEqual({ before, values: expected(before) });
      expect({ before, others: others(after) }).toEqual({ before, others: others(before) });
      expect(edit(after)).toBe(after);
      expect(after.startsWith('\uFEFF')).toBe(before.startsWith('\uFEFF'));
      if (before.includes('\r\n')) expect(after.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
    }
  });
});
