import { type AST, getStaticTOMLValue, ParseError, parseTOML } from 'toml-eslint-parser';
import { GatewayError } from '../../core/gateway-error.ts';

/** What the parser's own messages mean; none of them shows an excerpt, but for a code point. */
const REASONS: readonly (readonly [RegExp, string])[] = [
  [/multiple times/, 'a key or table is there twice'],
  [/Unterminated string/, 'a text does not end'],
  [/Unterminated/, 'a bracket or brace is not closed'],
  [/equal \(=\)|bare keys/, 'a key or an equals sign is missing'],
  [/Unspecified values/, 'a value is missing'],
  [/Expected comma/, 'a comma is missing'],
  [/Must be a newline/, 'something stands after the end of a value'],
  [/same line/, 'a key and its value are on different lines'],
  [/escape/, 'an escape in a text is wrong'],
  [/code point|Control char/i, 'a character is not allowed'],
  [/Leading zeros|Underscores|invalid (?:date|time)/, 'a number or date is written wrong'],
  [/dot/, 'a dot in a key is wrong'],
];

/** One `key = value`, in a table of lines or in braces. */
export interface TomlEntry {
  /** All names that lead to it from the outermost table, with the position within arrays of tables. */
  readonly path: readonly (string | number)[];
  /** How many of those stand in its own key. */
  readonly keyLength: number;
  readonly node: AST.TOMLKeyValue;
}

/** A TOML file as it was read. */
export interface ReadToml {
  readonly program: AST.TOMLProgram;
  /** The tables that have a line of their own, without the outermost. */
  readonly tables: readonly AST.TOMLTable[];
  /** Those of the outermost table, which stand before all others. */
  readonly outermost: readonly AST.TOMLKeyValue[];
  /** In their order, an inline table before what is in it. */
  readonly entries: readonly TomlEntry[];
}

/** @throws GatewayError that says where the text cannot be read */
export const readToml = (text: string): ReadToml => {
  const program = parse(text);
  const [{ body }] = program.body;
  const tables = body.filter((node) => node.type === 'TOMLTable');
  const outermost = body.filter((node) => node.type === 'TOMLKeyValue');
  const entries = [
    ...outermost.flatMap((node) => toEntries([], node)),
    ...tables.flatMap(({ resolvedKey, body: nodes }) => nodes.flatMap((node) => toEntries(resolvedKey, node))),
  ];
  return { program, tables, outermost, entries };
};

/** What a file holds, as values of JavaScript; whole numbers may have lost digits. */
export const toTomlValues = ({ program }: ReadToml): Readonly<Record<string, unknown>> => getStaticTOMLValue(program);

/** The names of a key, without quotation marks. */
export const namesOf = ({ keys }: AST.TOMLKey): readonly string[] =>
  keys.map((key) => (key.type === 'TOMLBare' ? key.name : key.value));

const parse = (text: string): AST.TOMLProgram => {
  try {
    return parseTOML(text, { tomlVersion: '1.1' });
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    const reason = REASONS.find(([message]) => message.test(error.message))?.[1] ?? 'it makes no sense';
    throw new GatewayError(
      'invalid_request',
      `It is not valid TOML: ${reason} at line ${error.lineNumber}, column ${error.column + 1}.`,
    );
  }
};

const toEntries = (parent: readonly (string | number)[], node: AST.TOMLKeyValue): readonly TomlEntry[] => {
  const names = namesOf(node.key);
  const path = [...parent, ...names];
  const within = node.value.type === 'TOMLInlineTable' ? node.value.body : [];
  return [{ path, keyLength: names.length, node }, ...within.flatMap((inner) => toEntries(path, inner))];
};
