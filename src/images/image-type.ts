/** The kinds of images that are taken. */
export type ImageType = 'image/png' | 'image/jpeg' | 'image/gif' | 'image/webp';

const startsWith = (bytes: Buffer, text: string, offset = 0): boolean =>
  bytes.toString('latin1', offset, offset + text.length) === text;

/**
 * What an image is by its first bytes: what a client or a server calls it is often wrong. `null` for anything else than the
 * kinds that are taken. https://mimesniff.spec.whatwg.org/#matching-an-image-type-pattern
 */
export const sniffImageType = (bytes: Buffer): ImageType | null => {
  if (startsWith(bytes, '\u0089PNG\r\n\u001A\n')) return 'image/png';
  if (startsWith(bytes, '\u00FF\u00D8\u00FF')) return 'image/jpeg';
  if (startsWith(bytes, 'GIF87a') || startsWith(bytes, 'GIF89a')) return 'image/gif';
  if (startsWith(bytes, 'RIFF') && startsWith(bytes, 'WEBPVP8', 8)) return 'image/webp';
  return null;
};
