import { GatewayError } from '../../core/gateway-error.ts';
import type { ContentPart, ImagePart } from '../../core/run-request.ts';
import { toImagePart } from '../image-part.ts';
import { parseAt } from '../parse-at.ts';
import { toParam } from '../validation-error.ts';
import {
  base64SourceSchema,
  imageBlockSchema,
  searchResultSchema,
  type SentBlock,
  type SentContent,
  textBlockSchema,
  toolReferenceSchema,
  urlSourceSchema,
} from './content-schema.ts';
import { decodeDocument } from './decode-document.ts';

/** Reads what a user or a tool says at `path`; empty texts are dropped. @throws GatewayError for blocks that cannot be served, naming them. */
export const decodeContent = (content: SentContent, path: readonly PropertyKey[]): readonly ContentPart[] =>
  typeof content === 'string'
    ? toText(content)
    : content.flatMap((block, index) => decodeBlock(block, [...path, index]));

/** Reads one block of {@link decodeContent}. @throws GatewayError for one that cannot be served */
export const decodeBlock = (block: SentBlock, path: readonly PropertyKey[]): readonly ContentPart[] => {
  switch (block.type) {
    case 'text':
      return toText(parseAt(textBlockSchema, block, path).text);
    case 'image':
      return [decodeImage(block, path)];
    case 'document':
      return decodeDocument(block, path, decodeContent);
    case 'search_result': {
      const { source, title, content } = parseAt(searchResultSchema, block, path);
      return [
        ...toText(`<search_result title=${JSON.stringify(title)} source=${JSON.stringify(source)}>`),
        ...decodeContent(content, [...path, 'content']),
        ...toText('</search_result>'),
      ];
    }
    case 'tool_reference':
      // The model has every tool from the start: all that it has to know is which one was found.
      return toText(`The tool "${parseAt(toolReferenceSchema, block, path).tool_name}" is available.`);
  }
  const param = toParam([...path, 'type']);
  throw new GatewayError(
    'unsupported_value',
    `${param}: "${block.type}" blocks are not supported here. Send text, image or document blocks.`,
    { param },
  );
};

/** A text as parts; none where it is empty. */
export const toText = (text: string): readonly ContentPart[] => (text === '' ? [] : [{ type: 'text', text }]);

const decodeImage = (block: SentBlock, path: readonly PropertyKey[]): ImagePart => {
  const { source } = parseAt(imageBlockSchema, block, path);
  const sourcePath = [...path, 'source'];
  switch (source.type) {
    case 'base64': {
      const { media_type: mediaType, data } = parseAt(base64SourceSchema, source, sourcePath);
      return toImagePart(`data:${mediaType};base64,${data}`, toParam([...sourcePath, 'data']));
    }
    case 'url':
      return toImagePart(parseAt(urlSourceSchema, source, sourcePath).url, toParam([...sourcePath, 'url']));
  }
  const param = toParam([...sourcePath, 'type']);
  const why = source.type === 'file' ? 'Portside keeps no uploaded files.' : `"${source.type}" is not supported.`;
  throw new GatewayError('unsupported_value', `${param}: ${why} Send the image as "base64" or "url".`, { param });
};
