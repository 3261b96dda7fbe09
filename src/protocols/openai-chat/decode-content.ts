import * as z from 'zod';
import { GatewayError } from '../../core/gateway-error.ts';
import type { ContentPart, ImagePart } from '../../core/run-request.ts';
import { toImagePart } from '../image-part.ts';
import { parseAt } from '../parse-at.ts';
import { toParam } from '../validation-error.ts';
import type { ChatContent } from './message-schema.ts';

/** Which parts a message may have: images come from users and tools alone. */
export type PartTypes = 'text' | 'text-and-images';

type Part = Exclude<ChatContent, string>[number];

/** Reads the content of the message at `path`. @throws GatewayError for parts that cannot be served, naming them. */
export const decodeContent = (
  content: ChatContent | null,
  path: readonly PropertyKey[],
  types: PartTypes,
): ContentPart[] => {
  if (content === null || content === '') return [];
  if (typeof content === 'string') return [{ type: 'text', text: content }];
  return content.map((part, index) => decodePart(part, [...path, 'content', index], types));
};

const decodePart = (part: Part, path: readonly PropertyKey[], types: PartTypes): ContentPart => {
  switch (part.type) {
    case 'text':
      return { type: 'text', text: parseAt(textSchema, part, path).text };
    case 'refusal':
      return { type: 'text', text: parseAt(refusalSchema, part, path).refusal };
    case 'image_url':
      if (types === 'text-and-images') return decodeImage(part, path);
  }
  const param = toParam([...path, 'type']);
  const possible = types === 'text' ? 'Send text parts only.' : 'Send text and image_url parts only.';
  throw new GatewayError('unsupported_value', `${param}: "${part.type}" parts are not supported here. ${possible}`, {
    param,
  });
};

const decodeImage = (part: Part, path: readonly PropertyKey[]): ImagePart => {
  const { url } = parseAt(imageSchema, part, path).image_url;
  return toImagePart(url, toParam([...path, 'image_url', 'url']));
};

const textSchema = z.looseObject({ text: z.string() });
const refusalSchema = z.looseObject({ refusal: z.string() });
const imageSchema = z.looseObject({ image_url: z.looseObject({ url: z.string() }) });
