/** What the converter is started for: its `workerData`. */
export interface Conversion {
  readonly type: 'image/gif' | 'image/webp';
  readonly bytes: Uint8Array;
  /** The most bytes that the PNG may have. */
  readonly maxBytes: number;
  readonly maxPixels: number;
}

/** The converter's one message: the PNG, or `null` for an image that cannot be decoded. */
export type ConversionOutcome = Uint8Array | null;
