import { GatewayError } from '../../core/gateway-error.ts';
import type { ContentPart, ImagePart } from '../../core/run-request.ts';
import { toImagePart } from '../image-part.ts';
import { parseAt } from '../parse-at.ts';
import { toParam } from '../validation-error.ts';
import {
  imagePartSchema,
  refusalPartSchema,
  type SentContent,
  type SentPart,
  textPartSchema,
} from './content-schema.ts';
import { decodeFile } from './decode-file.ts';

/** Who says it: the assistant says text alone, and images come from users and tools. */
export type Speaker = 'assistant' | 'system' | 'user' | 'tool';

/** Reads the content at `path`; empty texts are dropped. @throws GatewayError for parts that cannot be served, naming them. */
export const decodeContent = (
  content: SentContent,
  path: readonly PropertyKey[],
  speaker: Speaker,
): readonly ContentPart[] => {
  const parts: ContentPart[] =
    typeof content === 'string'
      ? [{ type: 'text', text: content }]
      : content.map((part, index) => decodePart(part, [...path, index], speaker));
  return parts.filter((part) => part.type !== 'text' || part.text !== '');
};

const decodePart = (part: SentPart, path: readonly PropertyKey[], speaker: Speaker): ContentPart => {
  switch (part.type) {
    case 'input_text':
    case 'output_text':
    case 'text':
      return { type: 'text', text: parseAt(textPartSchema, part, path).text };
    case 'refusal':
      return { type: 'text', text: parseAt(refusalPartSchema, part, path).refusal };
    case 'input_file':
      if (speaker !== 'assistant') return { type: 'text', text: decodeFile(part, path) };
      break;
    case 'input_image':
      if (speaker === 'user' || speaker === 'tool') return decodeImage(part, path);
  }
  const param = toParam([...path, 'type']);
  const possible = POSSIBLE_PARTS[speaker];
  throw new GatewayError('unsupported_value', `${param}: "${part.type}" parts are not supported here. ${possible}`, {
    param,
  });
};

const POSSIBLE_PARTS: Readonly<Record<Speaker, string>> = {
  assistant: 'Send output_text parts only.',
  system: 'Send input_text or input_file parts.',
  user: 'Send input_text, input_image or input_file parts.',
  tool: 'Send input_text, input_image or input_file parts.',
};

const decodeImage = (part: SentPart, path: readonly PropertyKey[]): ImagePart => {
  const { image_url: url, file_id: fileId } = parseAt(imagePartSchema, part, path);
  const param = toParam([...path, 'image_url']);
  if (typeof url === 'string') return toImagePart(url, param);
  if (typeof fileId !== 'string') {
    throw new GatewayError('validation_failed', `${param}: expected a data: or an https: URL.`, { param });
  }
  const fileParam = toParam([...path, 'file_id']);
  throw new GatewayError(
    'unsupported_value',
    `${fileParam}: Portside keeps no uploaded files. Send the image as a data: or an https: URL in image_url.`,
    { param: fileParam },
  );
};
