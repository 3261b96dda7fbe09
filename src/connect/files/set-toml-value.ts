import type { AST } from 'toml-eslint-parser';
import { GatewayError } from '../../core/gateway-error.ts';
import { type ReadToml, readToml, type TomlEntry } from './read-toml.ts';

/** One value to set: the names of the tables that it is in, and its own. */
export interface TomlChange {
  readonly path: readonly string[];
  /** `null` takes out whatever has this name. */
  readonly value: string | boolean | null;
}

/** A part of a text, and what it becomes. */
interface Replacement {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/**
 * Sets a value in the text of a TOML file, in the form that the tables around it have: lines of their own, dotted keys, or braces.
 * No other character changes.
 *
 * @param eol what ends new lines
 * @throws GatewayError where something that is no table is in the way
 */
export const setTomlValue = (text: string, { path, value }: TomlChange, eol: string): string => {
  const read = readToml(text);
  checkParents(read, path);
  const replacements = value === null ? remove(text, read, path) : [set(text, read, path, value, eol)];
  return replacements
    .toSorted((one, other) => other.start - one.start)
    .reduce((edited, { start, end, text: written }) => edited.slice(0, start) + written + edited.slice(end), text);
};

/** What is said where there is no way to change only what is to be changed. */
export const cannotBeChanged = (): GatewayError =>
  new GatewayError(
    'invalid_request',
    'It is written in a way that does not let these settings in without changing other things. Add them by hand: the steps show what to add.',
  );

export const isBelow = (path: readonly (string | number)[], parent: readonly (string | number)[]): boolean =>
  path.length >= parent.length && parent.every((name, index) => path[index] === name);

const isSame = (one: readonly (string | number)[], other: readonly (string | number)[]): boolean =>
  one.length === other.length && isBelow(one, other);

const checkParents = ({ entries, tables }: ReadToml, path: readonly string[]): void => {
  for (const [index] of path.entries()) {
    const parent = path.slice(0, index);
    const value = entries.find((entry) => isSame(entry.path, parent))?.node.value;
    const isList = tables.some((table) => table.kind === 'array' && isSame(table.resolvedKey.slice(0, -1), parent));
    if (index > 0 && (isList || (value !== undefined && value.type !== 'TOMLInlineTable'))) {
      throw new GatewayError('invalid_request', `"${parent.join('.')}" in it is not a table.`);
    }
  }
};

const set = (
  text: string,
  read: ReadToml,
  path: readonly string[],
  value: string | boolean,
  eol: string,
): Replacement => {
  const written = print(value);
  const present = read.entries.find((entry) => isSame(entry.path, path))?.node.value;
  if (present !== undefined) {
    const [start, end] = present.range;
    const isEqual = present.type === 'TOMLValue' && present.value === value;
    return { start, end, text: isEqual ? text.slice(start, end) : written };
  }
  const isTable =
    read.entries.some((entry) => isBelow(entry.path, path)) ||
    read.tables.some(({ resolvedKey }) => isBelow(resolvedKey, path));
  if (isTable) throw new GatewayError('invalid_request', `"${path.join('.')}" in it is a table, and not a value.`);
  const parent = path.slice(0, -1);
  // The innermost table in braces on the way counts: nothing outside of the braces may add to it.
  const braces = read.entries.findLast(
    ({ path: way, node }) => node.value.type === 'TOMLInlineTable' && isBelow(path, way),
  );
  if (braces !== undefined && braces.node.value.type === 'TOMLInlineTable') {
    return addInBraces(braces.node.value, read, braces.path.length, path, written);
  }
  if (parent.length === 0) return addOutermost(text, read, `${printKey(path)} = ${written}`, eol);
  const table = read.tables.find(({ resolvedKey }) => isSame(resolvedKey, parent));
  if (table !== undefined) {
    const last = table.body.at(-1);
    return addLine(text, last ?? table, last === undefined ? '' : indentAt(text, last), path.slice(-1), written, eol);
  }
  const sibling = read.entries.findLast(({ path: way }) => isSame(way.slice(0, -1), parent));
  if (sibling !== undefined) return addBeside(text, sibling, path, written, eol);
  const gap = text === '' || /(?:^|\n)\r?\n$/.test(text) ? '' : text.endsWith('\n') ? eol : `${eol}${eol}`;
  const header = `${gap}[${printKey(parent)}]${eol}${printKey(path.slice(-1))} = ${written}${eol}`;
  return { start: text.length, end: text.length, text: header };
};

/** To a table that only dotted keys make. */
const addBeside = (
  text: string,
  { node, keyLength }: TomlEntry,
  path: readonly string[],
  written: string,
  eol: string,
): Replacement => addLine(text, node, indentAt(text, node), path.slice(-keyLength), written, eol);

const addInBraces = (
  table: AST.TOMLInlineTable,
  { entries }: ReadToml,
  depth: number,
  path: readonly string[],
  written: string,
): Replacement => {
  const rest = path.slice(depth);
  const [name = '', ...inner] = rest;
  // A table that dotted keys made goes on with those; a new one gets braces of its own.
  const hasDotted = entries.some(({ path: way }) => way.length > depth + 1 && isBelow(way, path.slice(0, depth + 1)));
  const added =
    inner.length === 0 || hasDotted
      ? `${printKey(rest)} = ${written}`
      : `${printKey([name])} = ${inner.reduceRight((value, key) => `{ ${printKey([key])} = ${value} }`, written)}`;
  const last = table.body.at(-1);
  if (last !== undefined) return { start: last.range[1], end: last.range[1], text: `, ${added}` };
  return { start: table.range[0], end: table.range[0] + 1, text: `{ ${added} ` };
};

/** After the last of the outermost table, or before everything but the comment that the file begins with. */
const addOutermost = (text: string, { outermost }: ReadToml, line: string, eol: string): Replacement => {
  const last = outermost.at(-1);
  if (last !== undefined) {
    const place = endOfLine(text, last.range[1]);
    return { start: place, end: place, text: afterLine(text, place, `${indentAt(text, last)}${line}`, eol) };
  }
  // A comment that a blank line follows is of the file; another one is of what follows it. #: is for editors, and has to be first.
  const start =
    /^(?:[ \t]*#[^\n]*\n)+(?:[ \t]*\r?\n|$)/.exec(text)?.[0].length ??
    /^(?:[ \t]*#[:!][^\n]*(?:\n|$))*/.exec(text)?.[0].length ??
    0;
  const isAlone = /^\s*$/.test(text.slice(start));
  const isFollowed = /^[ \t]*\r?(?:\n|$)/.test(text.slice(start));
  return { start, end: start, text: `${afterLine(text, start, line, eol)}${isAlone || isFollowed ? '' : eol}` };
};

const addLine = (
  text: string,
  before: AST.TOMLKeyValue | AST.TOMLTable,
  indentation: string,
  key: readonly string[],
  written: string,
  eol: string,
): Replacement => {
  const place = endOfLine(text, before.type === 'TOMLTable' ? before.key.range[1] : before.range[1]);
  const line = `${indentation}${printKey(key)} = ${written}`;
  return { start: place, end: place, text: afterLine(text, place, line, eol) };
};

const afterLine = (text: string, place: number, line: string, eol: string): string =>
  place === 0 || text[place - 1] === '\n' ? `${line}${eol}` : `${eol}${line}${eol}`;

/** Behind the line break that follows; what stands before it after a value can only be blanks and a comment. */
const endOfLine = (text: string, place: number): number => {
  const lineBreak = text.indexOf('\n', place);
  return lineBreak === -1 ? text.length : lineBreak + 1;
};

const startOfLine = (text: string, place: number): number => text.lastIndexOf('\n', place - 1) + 1;

/** The blanks that the line of a node begins with. */
const indentAt = (text: string, { range: [start] }: AST.TOMLNode): string =>
  /^[ \t]*/.exec(text.slice(startOfLine(text, start)))?.[0] ?? '';

const remove = (
  text: string,
  { entries, tables, program }: ReadToml,
  path: readonly string[],
): readonly Replacement[] => {
  const gone = entries.filter(({ path: way, keyLength }) => isBelow(way, path) && way.length - keyLength < path.length);
  const lines = [
    ...gone.flatMap(({ node }) => (node.parent.type === 'TOMLInlineTable' ? [] : ([node.range] as const))),
    ...tables
      .filter(({ resolvedKey }) => isBelow(resolvedKey, path))
      .map(({ range, body }) => [range[0], body.at(-1)?.range[1] ?? range[1]] as const),
  ].map(([start, end]) => ({ start: startOfLine(text, start), end: endOfLine(text, end), text: '' }));
  const parts = gone.flatMap(({ node }) => (node.parent.type === 'TOMLInlineTable' ? [cut(node, node.parent)] : []));
  const holdsComment = ({ start, end }: Replacement) =>
    program.comments.some(({ range }) => range[0] >= start && range[1] <= end);
  if (parts.some(holdsComment) || parts.length > 1) throw cannotBeChanged();
  return [...lines, ...parts];
};

/** An entry of a table in braces, with the comma that goes with it. */
const cut = (node: AST.TOMLKeyValue, { body }: AST.TOMLInlineTable): Replacement => {
  const index = body.indexOf(node);
  const next = body[index + 1];
  const former = body[index - 1];
  if (next !== undefined) return { start: node.range[0], end: next.range[0], text: '' };
  return { start: former?.range[1] ?? node.range[0], end: node.range[1], text: '' };
};

const print = (value: string | boolean): string => (typeof value === 'string' ? printText(value) : String(value));

const printKey = (names: readonly string[]): string =>
  names.map((name) => (/^[\w-]+$/.test(name) ? name : printText(name))).join('.');

/** What JSON escapes in a text, TOML escapes the same way, and one character more. */
const printText = (value: string): string =>
  JSON.stringify(value.toWellFormed()).replaceAll('\u007F', String.raw`\u007F`);
