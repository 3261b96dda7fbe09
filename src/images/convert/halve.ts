import type { Pixels } from './pixels.ts';

/** An image of half the width and height: each pixel is the mean of four, weighted by their opacity. */
export const halve = (source: Pixels): Pixels => {
  const width = Math.max(1, source.width >> 1);
  const height = Math.max(1, source.height >> 1);
  const data = Buffer.alloc(width * height * 4);
  const right = source.width > 1 ? 4 : 0;
  const below = source.height > 1 ? source.width * 4 : 0;
  for (let y = 0, target = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1, target += 4) {
      const first = (y * 2 * source.width + x * 2) * 4;
      const corners = [first, first + right, first + below, first + right + below];
      let opacity = 0;
      for (const corner of corners) opacity += source.data[corner + 3] ?? 0;
      for (let channel = 0; channel < 3; channel += 1) {
        let sum = 0;
        for (const corner of corners) sum += (source.data[corner + channel] ?? 0) * (source.data[corner + 3] ?? 0);
        data[target + channel] = Math.round(sum / Math.max(opacity, 1));
      }
      data[target + 3] = Math.round(opacity / 4);
    }
  }
  return { width, height, data };
};
