import { type Document, type ErrorCode, isMap, isScalar, parseDocument, type YAMLMap } from 'yaml';
import { GatewayError } from '../../core/gateway-error.ts';

/** More than any configuration has, and few enough to be counted. */
const MOST_ALIASES = 10_000;

const REASONS: Partial<Readonly<Record<ErrorCode, string>>> = {
  BAD_ALIAS: 'an alias has no anchor before it',
  BAD_COLLECTION_TYPE: 'a tag does not fit what follows it',
  BAD_DIRECTIVE: 'a line that begins with % makes no sense',
  BAD_DQ_ESCAPE: 'an escape in quotation marks is wrong',
  BAD_INDENT: 'the indentation does not fit',
  BAD_SCALAR_START: 'a text begins with a character that needs quotation marks',
  BLOCK_AS_IMPLICIT_KEY: 'something stands where only one line may',
  BLOCK_IN_FLOW: 'a list or mapping of lines stands within brackets',
  DUPLICATE_KEY: 'a key is there twice',
  MISSING_CHAR: 'a character is missing, such as a colon, a bracket or a quotation mark',
  MULTILINE_IMPLICIT_KEY: 'a key goes over several lines',
  MULTIPLE_ANCHORS: 'two anchors stand in one place',
  MULTIPLE_TAGS: 'two tags stand in one place',
  TAB_AS_INDENT: 'a tab stands in the indentation',
  UNEXPECTED_TOKEN: 'something stands where it may not',
};

/** A YAML file as it was read. */
export interface ReadYaml {
  readonly document: Document;
  /** `null` where there is nothing but comments. */
  readonly root: YAMLMap | null;
}

/** @throws GatewayError that says where the text cannot be read */
export const readYaml = (text: string): ReadYaml => {
  const document: Document = parseDocument(text, { keepSourceTokens: true, intAsBigInt: true });
  const [error] = document.errors;
  if (error?.code === 'MULTIPLE_DOCS') {
    throw new GatewayError(
      'invalid_request',
      'It holds several YAML documents, divided by ---: only one is understood.',
    );
  }
  if (error !== undefined) {
    const [place] = error.linePos ?? [];
    const where = place === undefined ? '' : ` at line ${place.line}, column ${place.col}`;
    // The library's own message may show an excerpt, and that a secret.
    throw new GatewayError(
      'invalid_request',
      `It is not valid YAML: ${REASONS[error.code] ?? 'it makes no sense'}${where}.`,
    );
  }
  const { contents } = document;
  if (contents === null || (isScalar(contents) && contents.value === null)) return { document, root: null };
  if (!isMap(contents)) throw new GatewayError('invalid_request', 'It is not a YAML mapping.');
  return { document, root: contents };
};

/** The values of a document, with mappings as maps and whole numbers as big ones: nothing is lost. */
export const toYamlValues = ({ document }: ReadYaml): unknown => {
  try {
    return document.toJS({ mapAsMap: true, maxAliasCount: MOST_ALIASES });
  } catch (error) {
    throw new GatewayError('invalid_request', 'It has more aliases than can be followed.', { cause: error });
  }
};
