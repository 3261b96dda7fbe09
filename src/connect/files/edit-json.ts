import {
  findNodeAtLocation,
  getNodeValue,
  type Node,
  type ParseError,
  parseTree,
  printParseErrorCode,
} from 'jsonc-parser';
import { GatewayError } from '../../core/gateway-error.ts';
import { type JsonStyle, setJsonValue } from './set-json-value.ts';

/** One value to set: the names of the objects that it is in, and its own. */
export interface JsonChange {
  readonly path: readonly string[];
  readonly value: unknown;
}

/**
 * Sets values in the text of a JSON file that may have comments and trailing commas; everything else stays as it is, comments and
 * indentation included. `null` stands for no file.
 *
 * @param decide is given what the file holds, and says what to set
 * @throws GatewayError that says where the text cannot be read
 */
export const editJson = (
  text: string | null,
  decide: (present: Readonly<Record<string, unknown>>) => readonly JsonChange[],
): string => {
  const original = text ?? '';
  const body = original.replace(/^\uFEFF/, '');
  const mark = original.slice(0, original.length - body.length);
  const style = detectStyle(body);
  let edited = body.trim() === '' ? '' : body;
  for (const change of decide(readObject(body))) {
    const root = parse(edited);
    checkParents(root, change.path);
    edited = setJsonValue(edited, root, change, style);
  }
  const isNew = parse(body) === undefined && !edited.endsWith('\n');
  return `${mark}${edited}${isNew ? style.eol : ''}`;
};

const readObject = (text: string): Readonly<Record<string, unknown>> => {
  const root = parse(text);
  if (root === undefined) return {};
  if (root.type !== 'object') throw new GatewayError('invalid_request', 'It is not a JSON object.');
  return getNodeValue(root);
};

/** `undefined` where there is nothing but blanks and comments. */
const parse = (text: string): Node | undefined => {
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { allowTrailingComma: true, allowEmptyContent: true });
  const [first] = errors;
  if (first === undefined) return root;
  const before = text.slice(0, first.offset).split('\n');
  throw new GatewayError(
    'invalid_request',
    `It is not valid JSON: ${REASONS[printParseErrorCode(first.error)] ?? 'it makes no sense'} at line ${before.length}, column ${(before.at(-1) ?? '').length + 1}.`,
  );
};

const REASONS: Readonly<Record<string, string>> = {
  InvalidSymbol: 'a word makes no sense',
  InvalidNumberFormat: 'a number is written wrong',
  PropertyNameExpected: 'a name in quotation marks is missing',
  ValueExpected: 'a value is missing',
  ColonExpected: 'a colon is missing',
  CommaExpected: 'a comma is missing',
  CloseBraceExpected: 'a closing brace is missing',
  CloseBracketExpected: 'a closing bracket is missing',
  EndOfFileExpected: 'something stands after the end',
  UnexpectedEndOfComment: 'a comment does not end',
  UnexpectedEndOfString: 'a text does not end',
  UnexpectedEndOfNumber: 'a number does not end',
  InvalidUnicode: 'a Unicode escape is wrong',
  InvalidEscapeCharacter: 'an escape in a text is wrong',
  InvalidCharacter: 'a character is not allowed',
};

const checkParents = (root: Node | undefined, path: readonly string[]): void => {
  let value: unknown = root === undefined ? {} : getNodeValue(root);
  for (const [index, name] of path.entries()) {
    if (value === undefined) return;
    if (!isObject(value)) {
      throw new GatewayError('invalid_request', `"${path.slice(0, index).join('.')}" in it is not an object.`);
    }
    const parent = root === undefined ? undefined : findNodeAtLocation(root, path.slice(0, index));
    const same = parent?.children?.filter(({ children }) => children?.[0]?.value === name) ?? [];
    // Of two, the first would be changed, and the last one counts.
    if (same.length > 1) {
      throw new GatewayError('invalid_request', `"${path.slice(0, index + 1).join('.')}" is in it twice.`);
    }
    value = value[name];
  }
};

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const detectStyle = (text: string): JsonStyle => ({
  eol: text.includes('\r\n') ? '\r\n' : '\n',
  indent: /^(?<indent>[ \t]+)"/m.exec(text)?.groups?.['indent'] ?? '  ',
});
