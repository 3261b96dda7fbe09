import { type Document, isMap, isSeq, parseDocument, type YAMLMap, type YAMLSeq } from 'yaml';
import { GatewayError } from '../../core/gateway-error.ts';

/** The document of a YAML file, and its outermost mapping. */
export interface YamlFile {
  readonly document: Document;
  readonly root: YAMLMap;
}

/**
 * Changes the text of a YAML file; comments, quotes and anchors of everything else stay. `null` stands for no file.
 *
 * @throws GatewayError that says where the text cannot be read
 */
export const editYaml = (text: string | null, change: (file: YamlFile) => void): string => {
  const original = text ?? '';
  const hasWindowsLines = original.includes('\r\n');
  const source = original.replaceAll('\r\n', '\n');
  const document: Document = parseDocument(source);
  const [error] = document.errors;
  if (error !== undefined) {
    const [place] = error.linePos ?? [];
    const where = place === undefined ? '' : ` at line ${place.line}, column ${place.col}`;
    // The library's message goes on with an excerpt, which may hold a secret.
    const reason = error.message.split('\n', 1)[0]?.replace(/ at line \d+.*$/, '') ?? error.code;
    throw new GatewayError('invalid_request', `It is not valid YAML: ${reason}${where}.`);
  }
  if (document.contents === null || isEmptyScalar(document)) {
    document.contents = document.createNode({});
    // Of a file with comments alone, they would follow.
    document.commentBefore ??= document.comment;
    document.comment = null;
  }
  const root = document.contents;
  if (!isMap(root)) throw new GatewayError('invalid_request', 'It is not a YAML mapping.');
  if (root.items.length === 0) root.flow = false;
  change({ document, root });
  const edited = document.toString({
    lineWidth: 0,
    indent: detectIndent(source),
    // Lists stand below their key at the same column, or further right.
    indentSeq: !/^( *)[^\s#-][^\n]*:[ \t]*\n(?:[ \t]*(?:#[^\n]*)?\n)*\1- /m.test(source),
    flowCollectionPadding: !/[[{](?=[^\s\]}])/.test(source),
  });
  return hasWindowsLines ? edited.replaceAll('\n', '\r\n') : edited;
};

/** The mapping of this name, made where it is missing or has nothing in it. */
export const yamlMapIn = ({ document }: YamlFile, parent: YAMLMap, name: string): YAMLMap => {
  const present = parent.get(name);
  if (isMap(present)) return present;
  if (present !== undefined && present !== null) {
    throw new GatewayError('invalid_request', `"${name}" in it is not a mapping.`);
  }
  const map = document.createNode({});
  map.flow = false;
  parent.set(name, map);
  return map;
};

/** Whether a value of a mapping is a text with this beginning. */
export const startsWith = (value: unknown, beginning: string): boolean =>
  typeof value === 'string' && value.startsWith(beginning);

/** Puts entries in the place of those that `isOurs` knows, or at the end of the list of this name; the others stay. */
export const replaceInYamlList = (
  file: YamlFile,
  {
    parent,
    name,
    entries,
    isOurs,
  }: {
    readonly parent: YAMLMap;
    readonly name: string;
    readonly entries: readonly Readonly<Record<string, unknown>>[];
    readonly isOurs: (entry: YAMLMap) => boolean;
  },
): void => {
  const list = yamlListIn(file, parent, name);
  const first = list.items.findIndex((item) => isMap(item) && isOurs(item));
  const others = list.items.filter((item) => !(isMap(item) && isOurs(item)));
  const place = first === -1 ? others.length : first;
  list.items = [
    ...others.slice(0, place),
    ...entries.map((entry) => file.document.createNode(entry)),
    ...others.slice(place),
  ];
  // An empty one is often written as [].
  if (others.length === 0) list.flow = false;
};

const yamlListIn = ({ document }: YamlFile, parent: YAMLMap, name: string): YAMLSeq => {
  const present = parent.get(name);
  if (isSeq(present)) return present;
  if (present !== undefined && present !== null) {
    throw new GatewayError('invalid_request', `"${name}" in it is not a list.`);
  }
  const list = document.createNode([]);
  list.flow = false;
  parent.set(name, list);
  return list;
};

const isEmptyScalar = ({ contents }: Document): boolean =>
  contents !== null && 'value' in contents && contents.value === null;

const detectIndent = (text: string): number => {
  const indentation = /^[^\s#-][^\n]*:[ \t]*\n(?:[ \t]*(?:#[^\n]*)?\n)*( +)[^\s#-]/m.exec(text)?.[1];
  return Math.min(Math.max(indentation?.length ?? 2, 1), 8);
};
