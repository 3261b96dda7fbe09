import { createScanner, findNodeAtLocation, type Node } from 'jsonc-parser';

/** How a file is written. */
export interface JsonStyle {
  readonly eol: string;
  /** One step of indentation. */
  readonly indent: string;
}

/**
 * Sets the value of a property in the text of a JSON file with comments. No other character changes but for the comma that a new
 * property needs before it: `modify` of jsonc-parser would format the neighbours as well.
 *
 * @param root the tree of `text`; `undefined` where it has no value
 * @param path leads through objects, or to where they are missing
 */
export const setJsonValue = (
  text: string,
  root: Node | undefined,
  { path, value }: { readonly path: readonly string[]; readonly value: unknown },
  style: JsonStyle,
): string => {
  if (root === undefined) {
    const before = text === '' || text.endsWith('\n') ? text : `${text}${style.eol}`;
    return `${before}${print(nest(path, value), '', style)}`;
  }
  const present = findNodeAtLocation(root, [...path]);
  if (present !== undefined) {
    const written = print(value, indentAt(text, present.parent?.offset ?? present.offset), style);
    return `${text.slice(0, present.offset)}${written}${text.slice(present.offset + present.length)}`;
  }
  let depth = path.length - 1;
  let parent = findNodeAtLocation(root, path.slice(0, depth));
  while (parent === undefined && depth > 0) {
    depth -= 1;
    parent = findNodeAtLocation(root, path.slice(0, depth));
  }
  const name = path[depth] ?? '';
  return addProperty(text, parent ?? root, { name, value: nest(path.slice(depth + 1), value) }, style);
};

const addProperty = (
  text: string,
  parent: Node,
  { name, value }: { readonly name: string; readonly value: unknown },
  style: JsonStyle,
): string => {
  const brace = parent.offset + parent.length - 1;
  const last = parent.children?.at(-1);
  const lastEnd = last === undefined ? null : last.offset + last.length;
  const hasComma = lastEnd !== null && hasCommaBetween(text, lastEnd, brace);
  const outer = indentAt(text, parent.offset);
  const inner =
    last !== undefined && isFirstOnLine(text, last.offset) ? indentAt(text, last.offset) : outer + style.indent;
  const property = `${inner}${JSON.stringify(name)}: ${print(value, inner, style)}${hasComma ? ',' : ''}`;
  const before =
    lastEnd === null || hasComma ? text.slice(0, brace) : `${text.slice(0, lastEnd)},${text.slice(lastEnd, brace)}`;
  const trimmed = before.replace(/[ \t]+$/, '');
  const isOnOwnLine = trimmed.endsWith('\n');
  const end = isOnOwnLine ? before.slice(trimmed.length) : outer;
  return `${trimmed}${isOnOwnLine ? '' : style.eol}${property}${style.eol}${end}${text.slice(brace)}`;
};

const nest = (path: readonly string[], value: unknown): unknown =>
  path.reduceRight<unknown>((inner, name) => ({ [name]: inner }), value);

const print = (value: unknown, indentation: string, { eol, indent }: JsonStyle): string =>
  JSON.stringify(value, null, indent).replaceAll('\n', `${eol}${indentation}`);

/** The blanks that the line of an offset begins with. */
const indentAt = (text: string, offset: number): string =>
  /^[ \t]*/.exec(text.slice(text.lastIndexOf('\n', offset - 1) + 1))?.[0] ?? '';

const isFirstOnLine = (text: string, offset: number): boolean =>
  text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset).trim() === '';

const hasCommaBetween = (text: string, start: number, end: number): boolean => {
  const scanner = createScanner(text, true);
  scanner.setPosition(start);
  scanner.scan();
  return scanner.getTokenOffset() < end && text.charAt(scanner.getTokenOffset()) === ',';
};
