import { GatewayError } from '../../core/gateway-error.ts';
import type { ImagePart } from '../../core/run-request.ts';
import { toImagePart } from '../image-part.ts';
import { toParam } from '../validation-error.ts';

/** How the base64 of an image begins, as Ollama's clients do not say what it is. */
const BEGINNINGS: readonly (readonly [base64: string, type: string])[] = [
  ['iVBORw0KGgo', 'image/png'],
  ['/9j/', 'image/jpeg'],
  ['R0lGOD', 'image/gif'],
  ['UklGR', 'image/webp'],
];

/** Reads the images at `path`, of base64 or whole `data:` URLs. @throws GatewayError `invalid_image` */
export const decodeImages = (
  images: readonly string[] | null | undefined,
  path: readonly PropertyKey[],
): readonly ImagePart[] =>
  (images ?? []).map((sent, index) => {
    // Some encoders break it into lines.
    const image = sent.replaceAll(/\s+/g, '');
    const param = toParam([...path, index]);
    if (image.startsWith('data:')) return toImagePart(image, param);
    const type = BEGINNINGS.find(([base64]) => image.startsWith(base64))?.[1];
    if (type === undefined) {
      throw new GatewayError('invalid_image', `${param}: expected a PNG, JPEG, GIF or WebP image as base64.`, {
        param,
      });
    }
    return toImagePart(`data:${type};base64,${image}`, param);
  });
