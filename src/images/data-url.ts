import { ImageError } from './image-error.ts';
import type { SizeLimit } from './size-limit.ts';

/** What a `data:` URL holds. */
export interface DataUrl {
  /** What it says it is: lower case, without parameters; may be empty or wrong. */
  readonly declaredType: string;
  readonly bytes: Buffer;
  /** Whether the URL is exactly `data:<declaredType>;base64,<padded base64>`, without anything to tidy up. */
  readonly isCanonical: boolean;
}

/** Room for line breaks and percent-encoding, before the size is known exactly. */
const ENCODING_SLACK = 2;

const tidy = (encoded: string): string => {
  let text = encoded;
  if (text.includes('%')) {
    try {
      text = decodeURIComponent(text);
    } catch {
      // The stray percent sign is found as what it is below.
    }
  }
  return text.replaceAll(/\s+/gu, '').replaceAll('-', '+').replaceAll('_', '/');
};

/**
 * Reads a base64 `data:` URL (RFC 2397). Takes what is written about in the wild as well: the URL-safe alphabet, white space,
 * percent-encoding, padding left out. Nothing over the limit is decoded. Fails with {@link ImageError}.
 */
export const readDataUrl = (url: string, limit: SizeLimit): DataUrl => {
  const comma = url.indexOf(',');
  const [mediaType = '', ...parameters] = url
    .slice('data:'.length, Math.max(comma, 0))
    .split(';')
    .map((word) => word.trim().toLowerCase());
  if (comma === -1 || parameters.at(-1) !== 'base64') {
    throw new ImageError(
      'This data URL is not one of base64. Write it as `data:image/png;base64,` and then the bytes of the image in base64.',
    );
  }
  const encoded = url.slice(comma + 1);
  const mostCharacters = Math.ceil(limit.bytes / 3) * 4;
  if (encoded.length > mostCharacters * ENCODING_SLACK) throw limit.toError(null);

  const isPlain = !/[^A-Za-z0-9+/=]/u.test(encoded);
  const text = isPlain ? encoded : tidy(encoded);
  const digits = text.replace(/={1,2}$/u, '');
  if (digits === '') throw new ImageError('This image is empty: the data URL has nothing after its comma.');
  if (/[^A-Za-z0-9+/]/u.test(digits) || digits.length % 4 === 1) {
    throw new ImageError('The base64 of this image is broken. Encode its bytes again, and send the whole of it.');
  }
  const size = Math.floor((digits.length * 3) / 4);
  if (size > limit.bytes) throw limit.toError(size);
  return {
    declaredType: mediaType,
    bytes: Buffer.from(digits, 'base64'),
    isCanonical: isPlain && text.length % 4 === 0 && url.startsWith(`data:${mediaType};base64,`),
  };
};
