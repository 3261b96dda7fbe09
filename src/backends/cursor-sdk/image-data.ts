/** An image as the SDK takes it. */
export interface ImageData {
  /** Base64 alone: the SDK would take a `data:` URL for base64 too and send garbage. */
  readonly data: string;
  readonly mimeType: string;
}

/** Parts a base64 `data:` URL (RFC 2397); `null` for any other URL. */
export const toImageData = (url: string): ImageData | null => {
  // Not a pattern for the whole: an image has millions of characters.
  const comma = url.indexOf(',');
  const mimeType = /^data:([\w.+-]+\/[\w.+-]+)(?:;[^;,]+)*;base64$/iu.exec(url.slice(0, Math.max(0, comma)))?.[1];
  return mimeType === undefined ? null : { data: url.slice(comma + 1), mimeType: mimeType.toLowerCase() };
};
