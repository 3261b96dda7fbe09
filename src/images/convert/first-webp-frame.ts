/** The first picture of an animated WebP. */
export interface WebpFrame {
  readonly x: number;
  readonly y: number;
  /** It alone, as a WebP file of its own. */
  readonly file: Buffer;
}

const ALPHA_FLAG = 0x10;

const toChunk = (name: string, payload: Buffer): Buffer => {
  const header = Buffer.alloc(8);
  header.write(name, 'latin1');
  header.writeUInt32LE(payload.length, 4);
  return Buffer.concat([header, payload, Buffer.alloc(payload.length % 2)]);
};

/** Takes the first picture out of an animated WebP; `null` for one that is not animated. RFC 9649, 2.7. */
export const takeFirstWebpFrame = (bytes: Buffer): WebpFrame | null => {
  for (let offset = 12; offset + 8 <= bytes.length;) {
    const length = bytes.readUInt32LE(offset + 4);
    const payload = bytes.subarray(offset + 8, offset + 8 + length);
    if (bytes.toString('latin1', offset, offset + 4) === 'ANMF') {
      const pictures = payload.subarray(16);
      // A picture of VP8 with opacity is two chunks, which need the extended header before them.
      const extended = Buffer.alloc(10);
      extended.writeUInt8(ALPHA_FLAG);
      payload.copy(extended, 4, 6, 12);
      const hasAlphaChunk = pictures.toString('latin1', 0, 4) === 'ALPH';
      const content = hasAlphaChunk ? Buffer.concat([toChunk('VP8X', extended), pictures]) : pictures;
      return {
        x: payload.readUIntLE(0, 3) * 2,
        y: payload.readUIntLE(3, 3) * 2,
        file: toChunk('RIFF', Buffer.concat([Buffer.from('WEBP', 'latin1'), content])),
      };
    }
    offset += 8 + length + (length % 2);
  }
  return null;
};
