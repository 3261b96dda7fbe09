import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { editYaml } from '../../../src/connect/files/edit-yaml.ts';

const edit = (text: string | null, path: readonly string[] = ['list']) =>
  editYaml(text, {
    defaults: {},
    path,
    entries: [{ name: 'us 1', deep: { roles: ['chat'] } }, { name: 'us 2' }],
    isOurs: (entry) => String(entry.get('name')).startsWith('us '),
  });

const OURS = '- name: us 1\n  deep:\n    roles:\n      - chat\n- name: us 2\n';
const indented = OURS.replaceAll(/^/gm, '  ').trimEnd() + '\n';
/** With lists at the column of their key. */
const flat = OURS.replace('      - chat', '    - chat');

/** What becomes of a file: nothing but our entries' text is added. */
test.each([
  ['a key that is missing', 'a: 1\n', `a: 1\nlist:\n${indented}`],
  ['no line end at the end', 'a: 1', `a: 1\nlist:\n${indented}`],
  ['a key without a value', 'list:\nb: 1\n', `list:\n${indented}b: 1\n`],
  ['a key without a value, with comments', 'list: # c\n  # d\nb: 1\n', `list: # c\n${indented}  # d\nb: 1\n`],
  ['an empty list', 'list: [ ] # none\nb: 1\n', `list: # none\n${indented}b: 1\n`],
  ['an explicit nothing', 'list: ~\nb: 1\n', `list:\n${indented}b: 1\n`],
  ['an empty mapping', '# c\n{} # d\n', `# c\n # d\nlist:\n${indented}`],
  ['the end of a list', 'list:\n  - name: x\n\n# next\nb: 1\n', `list:\n  - name: x\n${indented}\n# next\nb: 1\n`],
  [
    "the list's own comments",
    'list:\n  - name: x # c\n\n  # - name: y\n# next\nb: 1\n',
    `list:\n  - name: x # c\n\n  # - name: y\n${indented}# next\nb: 1\n`,
  ],
  ['a list at the column of its key', 'list:\n- name: x\n# next\nb: 1\n', `list:\n- name: x\n${flat}# next\nb: 1\n`],
  [
    'texts of several lines',
    'list:\n  - a: >-\n      q\n      r\n\nb: 1\n',
    `list:\n  - a: >-\n      q\n      r\n${indented}\nb: 1\n`,
  ],
  ['blank lines that count', 'list:\n  - a: |+\n      q\n\nb: 1\n', `list:\n  - a: |+\n      q\n\n${indented}b: 1\n`],
  ['the end of a document', '---\na: 1\n...\n', `---\na: 1\nlist:\n${indented}...\n`],
  [
    'lists of two forms',
    'x:\n- 1\nlist:\n   -   name: x\n',
    `x:\n- 1\nlist:\n   -   name: x\n${flat.replaceAll(/^(?=.)/gm, '   ')}`,
  ],
  [
    'older entries in two places',
    'list:\n  - name: us 0 # c\n    more: |\n      text\n  # between\n  - "x"\n  - { name: us 9 }\n  # end\n',
    `list:\n${indented}  # between\n  - "x"\n  # end\n`,
  ],
  [
    'an alias among the entries',
    'a: &a { b: 1 }\nlist:\n  - *a # c\n',
    `a: &a { b: 1 }\nlist:\n  - *a # c\n${indented}`,
  ],
  [
    'numbers, quotes, blanks and folded texts elsewhere',
    `id: 12345678901234567890\nhex: 0x1F\ne: 1e3 \nlong: 1.234567890123456789012\nd:   { a: [1,2 ], 'b':"c" }\nt: one\n  two\n`,
    `id: 12345678901234567890\nhex: 0x1F\ne: 1e3 \nlong: 1.234567890123456789012\nd:   { a: [1,2 ], 'b':"c" }\nt: one\n  two\nlist:\n${indented}`,
  ],
])('%s', (_name, before, after) => {
  expect(edit(before)).toBe(after);
  expect(edit(after)).toBe(after);
  const windows = before.replaceAll('\n', '\r\n');
  expect(edit(`\uFEFF${windows}`)).toBe(`\uFEFF${before.includes('\n') ? after.replaceAll('\n', '\r\n') : after}`);
});

test.each([
  ['nothing on the way', 'a: 1\n', 'a: 1\nlist:\n  in:\n'],
  ['a way without a value', 'list:\n', 'list:\n  in:\n'],
  ['a way that is empty', 'list: {}\n', 'list:\n  in:\n'],
  ['a way with other things', 'list:\n  x: 1\n  # c\nb: 1\n', 'list:\n  x: 1\n  # c\n  in:\n'],
])('%s', (_name, before, start) => {
  const after = edit(before, ['list', 'in']);
  expect(after.startsWith(start)).toBe(true);
  expect(parse(after)).toMatchObject({ ...parse(before), list: { in: [{ name: 'us 1' }, { name: 'us 2' }] } });
  expect(edit(after, ['list', 'in'])).toBe(after);
});

test('line ends of both kinds stay as they are', () => {
  expect(edit('a: 1\nb: 2\r\nlist:\n  - x\r\n')).toBe(`a: 1\nb: 2\r\nlist:\n  - x\r\n${indented}`);
});

describe('is refused', () => {
  test.each([
    ['a list in brackets', 'list: [a, b]\n', /"list" in it is written in brackets/],
    ['a file in brackets', '{"a": 1}\n', /does not let these entries in/],
    ['a list that is used elsewhere', 'list: &l\n  - x\nb: *l\n', /does not let these entries in/],
    ['a list from elsewhere', 'b: &l\n  - x\nlist: *l\n', /"list" in it is not a list/],
    [
      'an entry of ours that is used elsewhere',
      'list:\n  - &u { name: us 1 }\nb: *u\n',
      /does not let these entries in/,
    ],
    ['several documents', 'a: 1\n---\nb: 2\n', /several YAML documents/],
    ['tabs', 'list:\n\t- b\n', /a tab stands in the indentation at line 2/],
  ])('%s', (_name, text, message) => {
    expect(() => edit(text)).toThrow(message);
  });
});
