import { isDeepStrictEqual } from 'node:util';
import { isMap, isScalar, isSeq, type Pair, stringify, type YAMLMap, type YAMLSeq } from 'yaml';
import { GatewayError } from '../../core/gateway-error.ts';
import { type ReadYaml, readYaml, toYamlValues } from './read-yaml.ts';
import { columnOf, endOfNode, lineStart, nextLine, skipComments } from './yaml-place.ts';

/** What a YAML file is to hold. */
export interface YamlChange {
  /** Set where the outermost mapping has no such key. */
  readonly defaults: Readonly<Record<string, string | boolean>>;
  /** The keys of the mappings that lead to a list, and its own. */
  readonly path: readonly string[];
  /** Stand in the place of those that `isOurs` knows, or at the end of the list. */
  readonly entries: readonly Readonly<Record<string, unknown>>[];
  readonly isOurs: (entry: { readonly get: (name: string) => unknown }) => boolean;
}

/** How a file is written. */
interface YamlStyle {
  readonly eol: string;
  /** Columns from a key to the keys below it. */
  readonly step: number;
  /** Whether lists stand further right than their key. */
  readonly indentsLists: boolean;
}

/**
 * Changes the text of a YAML file. Only the text of the entries is made anew: no character changes of what is not theirs. `null`
 * stands for no file.
 *
 * @throws GatewayError that says where the text cannot be read, or that something else would change
 */
export const editYaml = (text: string | null, change: YamlChange): string => {
  const original = text ?? '';
  const body = original.replace(/^\uFEFF/, '');
  const style = detectStyle(body);
  let edited = body.trim() === '' ? '' : body;
  const before = readYaml(edited);
  const missing = Object.entries(change.defaults).filter(([name]) => before.root?.has(name) !== true);
  for (const [name, value] of missing) edited = addPair(edited, readYaml(edited), null, { [name]: value }, style);
  edited = setList(edited, change, style);
  check(before, edited, change, new Set(missing.map(([name]) => name)));
  return original.slice(0, original.length - body.length) + edited;
};

/** Whether a value of a mapping is a text with this beginning. */
export const startsWith = (value: unknown, beginning: string): boolean =>
  typeof value === 'string' && value.startsWith(beginning);

const setList = (text: string, change: YamlChange, style: YamlStyle): string => {
  const read = readYaml(text);
  let map: YAMLMap | null = null;
  for (const [depth, name] of change.path.entries()) {
    const rest = change.path.slice(depth + 1);
    const wanted = rest.reduceRight<unknown>((inner, key) => ({ [key]: inner }), change.entries);
    const parent: YAMLMap | null = map ?? read.root;
    const pair: Pair | undefined = parent?.items.find(({ key }) => isScalar(key) && key.value === name);
    if (pair === undefined) return addPair(text, read, map, { [name]: wanted }, style);
    if (isEmpty(text, pair.value, rest.length === 0)) return fill(text, pair, wanted, style);
    if (rest.length === 0) return replaceEntries(text, name, pair, change, style);
    if (!isMap(pair.value)) throw new GatewayError('invalid_request', `"${name}" in it is not a mapping.`);
    map = pair.value;
  }
  return text;
};

/** Adds a key to a mapping, `null` for the outermost one. */
const addPair = (text: string, read: ReadYaml, map: YAMLMap | null, added: object, style: YamlStyle): string => {
  const parent = map ?? read.root;
  const { contents } = read.document;
  if (parent === null || isEmpty(text, parent, false)) {
    // An empty document, or {}.
    const [start = 0, end = 0] = contents?.range ?? [];
    if (contents !== null && end > start) {
      const written = print(added, 0, style);
      const hasMore = text.slice(end, nextLine(text, end)).trim() !== '';
      if (!hasMore) return `${text.slice(0, start)}${written.trimEnd()}${text.slice(end)}`;
      return insert(`${text.slice(0, start)}${text.slice(end)}`, nextLine(text, end) - (end - start), written, style);
    }
    return insert(text, endOfDocument(text, read), print(added, 0, style), style);
  }
  const first = parent.items[0]?.key;
  const column = parent.flow === true || !isScalar(first) ? null : columnOf(text, first.range?.[0] ?? 0);
  if (column === null) throw cannotBeChanged();
  const place =
    map === null
      ? endOfDocument(text, read)
      : skipComments(text, endOfNode(text, parent, parent.range?.[0] ?? 0), Math.max(column, 1));
  return insert(text, place, print(added, column, style), style);
};

/** Gives a key a value that has none yet. */
const fill = (text: string, { key, value }: Pair, wanted: unknown, style: YamlStyle): string => {
  const keyRange = isScalar(key) ? key.range : null;
  const column = columnOf(text, keyRange?.[0] ?? 0);
  const range = isScalar(value) || isSeq(value) || isMap(value) ? value.range : null;
  if (column === null || !keyRange || !range) throw cannotBeChanged();
  const withoutValue = `${text.slice(0, range[0]).replace(/[ \t]+$/, range[1] > range[0] ? '' : '$&')}${text.slice(range[1])}`;
  const place = nextLine(withoutValue, Math.max(range[0] - (text.length - withoutValue.length), keyRange[1]));
  const child = Array.isArray(wanted) && !style.indentsLists ? column : column + style.step;
  return insert(withoutValue, place, print(wanted, child, style), style);
};

const replaceEntries = (
  text: string,
  name: string,
  { value: list }: Pair,
  { entries, isOurs }: YamlChange,
  style: YamlStyle,
): string => {
  if (!isSeq(list)) throw new GatewayError('invalid_request', `"${name}" in it is not a list.`);
  if (list.flow === true) {
    throw new GatewayError(
      'invalid_request',
      `The list "${name}" in it is written in brackets. Write it with one entry a line, each after a dash, and try again.`,
    );
  }
  const starts = findDashes(list);
  const column = columnOf(text, starts[0] ?? 0);
  if (column === null || starts.length !== list.items.length) throw cannotBeChanged();
  const ends = list.items.map((item, index) =>
    endOfNode(text, isScalar(item) || isSeq(item) || isMap(item) ? item : null, starts[index] ?? 0),
  );
  const ours = list.items.flatMap((item, index) => (isMap(item) && isOurs(item) ? [index] : []));
  const written = print(entries, column, style);
  if (ours.length === 0) {
    const end = endOfNode(text, list, starts.at(-1) ?? 0);
    return insert(text, skipComments(text, end, Math.max(column, 1)), written, style);
  }
  let edited = text;
  for (const index of ours.toReversed()) {
    const start = starts[index] ?? 0;
    if (columnOf(text, start) === null) throw cannotBeChanged();
    const end = ends[index] ?? start;
    const replacement = index === ours[0] ? (text[end - 1] === '\n' ? written : written.trimEnd()) : '';
    edited = `${edited.slice(0, lineStart(text, start))}${replacement}${edited.slice(end)}`;
  }
  return edited;
};

const findDashes = ({ srcToken }: YAMLSeq): readonly number[] =>
  srcToken?.type === 'block-seq'
    ? srcToken.items.flatMap(({ start }) => start.find(({ type }) => type === 'seq-item-ind')?.offset ?? [])
    : [];

/** Nothing, `~`, `[]` or `{}`; one with an anchor or a comment within is not. */
const isEmpty = (text: string, value: unknown, isList: boolean): boolean => {
  if (isScalar(value)) return value.value === null && value.anchor === undefined && value.tag === undefined;
  const collection = isList ? (isSeq(value) ? value : null) : isMap(value) ? value : null;
  if (collection === null || collection.items.length > 0) return false;
  const [start = 0, end = 0] = collection.range ?? [];
  return (
    collection.anchor === undefined && collection.tag === undefined && /^[[{]\s*[\]}]$/.test(text.slice(start, end))
  );
};

const endOfDocument = (text: string, { document }: ReadYaml): number => {
  const from = document.range?.[1] ?? 0;
  const mark = text.slice(from).search(/^\.\.\.(?=\s|$)/m);
  return mark === -1 ? text.length : from + mark;
};

const insert = (text: string, place: number, lines: string, { eol }: YamlStyle): string => {
  const isAfterLine = place === 0 || text[place - 1] === '\n';
  return `${text.slice(0, place)}${isAfterLine ? '' : eol}${lines}${text.slice(place)}`;
};

const print = (value: unknown, column: number, { eol, indentsLists }: YamlStyle): string =>
  stringify(value, { lineWidth: 0, indentSeq: indentsLists, aliasDuplicateObjects: false })
    .replaceAll(/^(?=.)/gm, ' '.repeat(column))
    .replaceAll('\n', eol);

/** Whatever was done to the text: what is not ours has to be what it was. */
const check = (before: ReadYaml, edited: string, change: YamlChange, added: ReadonlySet<string>): void => {
  const former = withoutOurs(toYamlValues(before), change, added);
  let values: unknown;
  try {
    values = toYamlValues(readYaml(edited));
  } catch (error) {
    throw cannotBeChanged(error);
  }
  const present = withoutOurs(values, change, added);
  const isOtherwiseSame = isDeepStrictEqual(former.others, present.others);
  if (!isOtherwiseSame || present.count !== change.entries.length) throw cannotBeChanged();
};

const withoutOurs = (
  values: unknown,
  { path, isOurs }: YamlChange,
  added: ReadonlySet<string>,
): { readonly others: unknown; readonly count: number } => {
  let count = 0;
  const strip = (value: unknown, [name, ...rest]: readonly string[]): unknown => {
    if (name === undefined) {
      const list: readonly unknown[] = Array.isArray(value) ? value : [];
      const others = list.filter((entry) => !(entry instanceof Map && isOurs(entry)));
      count = list.length - others.length;
      return others;
    }
    const map = new Map<unknown, unknown>(value instanceof Map ? value : []);
    return map.set(name, strip(map.get(name), rest));
  };
  const root = new Map<unknown, unknown>(values instanceof Map ? values : []);
  for (const name of added) root.delete(name);
  return { others: strip(root, path), count };
};

const cannotBeChanged = (cause?: unknown): GatewayError =>
  new GatewayError(
    'invalid_request',
    'It is written in a way that does not let these entries in without changing other things. Add them by hand: the steps show what to add.',
    { cause },
  );

const detectStyle = (text: string): YamlStyle => {
  const lines = text.replaceAll('\r\n', '\n');
  const indentation = /^[^\s#-][^\n]*:[ \t]*\n(?:[ \t]*(?:#[^\n]*)?\n)*( +)[^\s#-]/m.exec(lines)?.[1];
  return {
    eol: /^[^\n]*\r\n/.test(text) ? '\r\n' : '\n',
    step: Math.min(Math.max(indentation?.length ?? 2, 1), 8),
    indentsLists: !/^( *)[^\s#-][^\n]*:[ \t]*\n(?:[ \t]*(?:#[^\n]*)?\n)*\1- /m.test(lines),
  };
};
