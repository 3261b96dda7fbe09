import { GatewayError } from '../../core/gateway-error.ts';
import type { ContentPart } from '../../core/run-request.ts';
import { parseAt } from '../parse-at.ts';
import { isTextFile } from '../text-files.ts';
import { toParam } from '../validation-error.ts';
import {
  base64SourceSchema,
  contentSourceSchema,
  documentBlockSchema,
  type SentBlock,
  type SentContent,
  textSourceSchema,
} from './content-schema.ts';

/**
 * Reads a `document` as text between tags that name it; images of its content keep their place.
 *
 * @param decodeInner Reads the blocks that a document of type `content` is made of.
 * @throws GatewayError for what is not text in the request itself
 */
export const decodeDocument = (
  block: SentBlock,
  path: readonly PropertyKey[],
  decodeInner: (content: SentContent, path: readonly PropertyKey[]) => readonly ContentPart[],
): readonly ContentPart[] => {
  const { source, title, context } = parseAt(documentBlockSchema, block, path);
  const sourcePath = [...path, 'source'];
  const head = [
    title ? `<document title=${JSON.stringify(title)}>` : '<document>',
    ...(context ? [`<context>${context}</context>`] : []),
  ].join('\n');
  const wrap = (text: string): readonly ContentPart[] => [{ type: 'text', text: `${head}\n${text}\n</document>` }];
  switch (source.type) {
    case 'text':
      return wrap(parseAt(textSourceSchema, source, sourcePath).data);
    case 'base64':
      return wrap(decodeBase64(source, sourcePath, title ?? ''));
    case 'content': {
      const parts = decodeInner(parseAt(contentSourceSchema, source, sourcePath).content, [...sourcePath, 'content']);
      const [only] = parts;
      if (parts.length === 1 && only?.type === 'text') return wrap(only.text);
      return [{ type: 'text', text: head }, ...parts, { type: 'text', text: '</document>' }];
    }
  }
  const param = toParam([...sourcePath, 'type']);
  const why =
    source.type === 'file'
      ? 'Portside keeps no uploaded files.'
      : source.type === 'url'
        ? 'Portside fetches no documents.'
        : 'It is not supported.';
  throw new GatewayError('unsupported_value', `${param}: "${source.type}": ${why} ${AS_TEXT}`, { param });
};

const AS_TEXT = 'Send the text of the document with a source of type "text".';

const decodeBase64 = (source: unknown, path: readonly PropertyKey[], title: string): string => {
  const { media_type: mediaType, data } = parseAt(base64SourceSchema, source, path);
  // A PDF may well be named like a text.
  if (mediaType === 'application/pdf' || !isTextFile(mediaType.toLowerCase(), title)) {
    const param = toParam([...path, 'media_type']);
    throw new GatewayError(
      'unsupported_value',
      `${param}: "${mediaType}" is no text, and Cursor takes no other documents. ${AS_TEXT}`,
      { param },
    );
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(data, 'base64'));
  } catch {
    const param = toParam([...path, 'data']);
    throw new GatewayError('unsupported_value', `${param}: this document is not in UTF-8. ${AS_TEXT}`, { param });
  }
};
