/** A decoded image: four bytes per pixel (red, green, blue, opacity), row by row from the top. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly data: Buffer;
}

/** An image of nothing. Fails above `maxPixels`, which keeps a header that lies from taking all memory. */
export const createPixels = (width: number, height: number, maxPixels: number): Pixels => {
  if (width < 1 || height < 1 || width * height > maxPixels) {
    throw new Error(`An image of ${width}×${height} pixels is not decoded.`);
  }
  return { width, height, data: Buffer.alloc(width * height * 4) };
};
