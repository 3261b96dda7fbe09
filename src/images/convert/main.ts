// The built `dist/image-converter.js`: a worker thread that converts one image to PNG and ends. It is started for GIF and WebP
// only, keeps the server's event loop free, and can be ended where a decoder hangs.
import { parentPort, workerData } from 'node:worker_threads';
import type { Conversion, ConversionOutcome } from './conversion.ts';
import { decodeGif } from './decode-gif.ts';
import { decodeWebp } from './decode-webp.ts';
import { encodePng } from './encode-png.ts';
import { halve } from './halve.ts';

const convert = async ({ type, bytes, maxBytes, maxPixels }: Conversion): Promise<ConversionOutcome> => {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let pixels;
  try {
    pixels = type === 'image/gif' ? decodeGif(file, maxPixels) : await decodeWebp(file, maxPixels);
  } catch {
    // Decoders throw whatever they like for a file that is broken.
    return null;
  }
  let png = encodePng(pixels);
  // A photograph is far larger as PNG than it was as WebP. Models scale images down anyway.
  while (png.length > maxBytes && pixels.width * pixels.height > 1) {
    pixels = halve(pixels);
    png = encodePng(pixels);
  }
  return png;
};

const conversion: Conversion = workerData;
void convert(conversion).then((outcome) => parentPort?.postMessage(outcome, []));
