import { Worker } from 'node:worker_threads';
import PQueue from 'p-queue';
import { MAX_DECODED_PIXELS } from './check-image.ts';
import type { Conversion, ConversionOutcome } from './convert/conversion.ts';
import { ImageError } from './image-error.ts';

export interface ImageConverterOptions {
  /** Absolute path of the built converter, `dist/image-converter.js`. */
  readonly converterPath: string;
  /** The most bytes that a PNG may have; a larger image is made smaller until it fits. */
  readonly maxBytes: number;
  /** How long one image may take. */
  readonly timeoutMs?: number;
}

/** Converts an image to PNG. Fails with {@link ImageError} for an image that is broken, or with the reason of the signal. */
export type ConvertImage = (bytes: Buffer, type: Conversion['type'], signal: AbortSignal) => Promise<Buffer>;

/** Each conversion may take several hundred megabytes for a moment. */
const MAX_CONVERSIONS = 2;
const DEFAULT_TIMEOUT_MS = 20_000;

const runWorker = async (path: string, conversion: Conversion, signal: AbortSignal): Promise<ConversionOutcome> => {
  signal.throwIfAborted();
  // A decoder's own words go nowhere, and the worker has no use for the environment.
  const worker = new Worker(path, { workerData: conversion, env: {}, execArgv: [], stdout: true, stderr: true });
  try {
    return await new Promise<ConversionOutcome>((resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
      worker.once('message', resolve);
      worker.once('error', reject);
      worker.once('exit', (code) => reject(new Error(`The image converter ended with code ${code}.`)));
    });
  } finally {
    await worker.terminate();
  }
};

/** Makes the function that converts images, in worker threads of which few run at a time. */
export const createImageConverter = (options: ImageConverterOptions): ConvertImage => {
  const { converterPath, maxBytes, timeoutMs = DEFAULT_TIMEOUT_MS } = options;
  const queue = new PQueue({ concurrency: MAX_CONVERSIONS });

  return async (bytes, type, signal) => {
    const outcome = await queue.add(
      async () => {
        const timeout = AbortSignal.timeout(timeoutMs);
        try {
          const conversion: Conversion = { type, bytes, maxBytes, maxPixels: MAX_DECODED_PIXELS };
          return await runWorker(converterPath, conversion, AbortSignal.any([signal, timeout]));
        } catch (error) {
          signal.throwIfAborted();
          if (timeout.aborted) return null;
          throw error;
        }
      },
      { signal },
    );
    if (outcome === null) {
      throw new ImageError(
        `This image starts as ${type}, but cannot be decoded. Send the whole file, or a PNG or JPEG.`,
      );
    }
    return Buffer.from(outcome.buffer, outcome.byteOffset, outcome.byteLength);
  };
};
