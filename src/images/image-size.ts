import type { ImageType } from './image-type.ts';

/** Width and height in pixels. */
export interface ImageSize {
  readonly width: number;
  readonly height: number;
}

/** Markers that have no length after them: TEM, RST0–7, SOI. */
const isBareMarker = (marker: number): boolean => marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8);

/** SOF0–15 without DHT, JPG and DAC, which lie between them. */
const isFrameMarker = (marker: number): boolean =>
  marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;

/** ITU-T T.81, B.1 and B.2.2. */
const readJpegSize = (bytes: Buffer): ImageSize | null => {
  let offset = 2;
  while (offset < bytes.length) {
    if (bytes.readUInt8(offset) !== 0xff) return null;
    const marker = bytes.readUInt8(offset + 1);
    // Any marker may have more FFs before it.
    if (marker === 0xff) offset += 1;
    else if (isBareMarker(marker)) offset += 2;
    else if (isFrameMarker(marker)) {
      return { height: bytes.readUInt16BE(offset + 5), width: bytes.readUInt16BE(offset + 7) };
    } else offset += 2 + bytes.readUInt16BE(offset + 2);
  }
  return null;
};

/** RFC 9649, 2.5 to 2.7. */
const readWebpSize = (bytes: Buffer): ImageSize | null => {
  switch (bytes.toString('latin1', 12, 16)) {
    case 'VP8X':
      return { width: bytes.readUIntLE(24, 3) + 1, height: bytes.readUIntLE(27, 3) + 1 };
    case 'VP8L': {
      const packed = bytes.readUInt32LE(21);
      return { width: (packed & 0x3fff) + 1, height: ((packed >>> 14) & 0x3fff) + 1 };
    }
    case 'VP8 ':
      return { width: bytes.readUInt16LE(26) & 0x3fff, height: bytes.readUInt16LE(28) & 0x3fff };
    default:
      return null;
  }
};

const readers: Readonly<Record<ImageType, (bytes: Buffer) => ImageSize | null>> = {
  'image/png': (bytes) =>
    bytes.toString('latin1', 12, 16) === 'IHDR'
      ? { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) }
      : null,
  'image/jpeg': readJpegSize,
  'image/gif': (bytes) => ({ width: bytes.readUInt16LE(6), height: bytes.readUInt16LE(8) }),
  'image/webp': readWebpSize,
};

/** The size that the header of an image tells, `null` where the header is broken, cut off, or tells of no pixels. */
export const readImageSize = (bytes: Buffer, type: ImageType): ImageSize | null => {
  try {
    const size = readers[type](bytes);
    return size !== null && size.width > 0 && size.height > 0 ? size : null;
  } catch (error) {
    // The header ends before what it should hold.
    if (error instanceof RangeError) return null;
    throw error;
  }
};
