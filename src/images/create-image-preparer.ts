import PQueue from 'p-queue';
import type { PrepareImages } from '../core/prepare-images.ts';
import type { ContentPart, ImagePart, Message } from '../core/run-request.ts';
import { checkImage, needsConversion } from './check-image.ts';
import { readDataUrl } from './data-url.ts';
import { createImageFetcher, type ImageFetcherOptions } from './fetch-image.ts';
import { createImageConverter } from './image-converter.ts';
import { ImageError } from './image-error.ts';
import type { ImageType } from './image-type.ts';
import { createSizeLimit } from './size-limit.ts';

export interface ImagePreparerOptions {
  /** Absolute path of the built converter, `dist/image-converter.js`. */
  readonly converterPath: string;
  /** The setting `maxImageMegabytes`. */
  readonly maxImageMegabytes: number;
  /** The setting `allowRemoteImages`. */
  readonly allowsRemoteImages: boolean;
  /** For tests: which addresses to connect to, and whom to trust. */
  readonly remote?: Omit<ImageFetcherOptions, 'limit'>;
}

/** How many images of one request are worked on at a time. */
const MAX_AT_ONCE = 4;

const isImage = (part: ContentPart): part is ImagePart => part.type === 'image';

/** Makes the function that gets the images of messages into the form that backends take. */
export const createImagePreparer = (options: ImagePreparerOptions): PrepareImages => {
  const limit = createSizeLimit(options.maxImageMegabytes);
  const convert = createImageConverter({ converterPath: options.converterPath, maxBytes: limit.bytes });
  const fetchImage = createImageFetcher({ limit, ...options.remote });

  const toPlainUrl = async (bytes: Buffer, type: ImageType, signal: AbortSignal): Promise<string> => {
    if (!needsConversion(type)) return `data:${type};base64,${bytes.toString('base64')}`;
    const png = await convert(bytes, type, signal);
    return `data:image/png;base64,${png.toString('base64')}`;
  };

  const prepareUrl = async (url: string, signal: AbortSignal): Promise<string> => {
    if (/^data:/iu.test(url)) {
      const { bytes, declaredType, isCanonical } = readDataUrl(url, limit);
      const type = checkImage(bytes, declaredType);
      return isCanonical && type === declaredType && !needsConversion(type) ? url : toPlainUrl(bytes, type, signal);
    }
    if (!/^https?:/iu.test(url)) {
      throw new ImageError(
        'The URL of an image is a data URL: `data:image/png;base64,` and then the bytes of the image in base64. Paths and names of files are not read.',
      );
    }
    if (!options.allowsRemoteImages) {
      throw new ImageError(
        'Images are not fetched from the network. Send this one as a data URL, or turn on the setting `portside.allowRemoteImages` (PORTSIDE_ALLOW_REMOTE_IMAGES).',
      );
    }
    const bytes = await fetchImage(url, signal);
    return toPlainUrl(bytes, checkImage(bytes, ''), signal);
  };

  return async (messages, signal) => {
    const images = new Map<string, ImagePart>();
    for (const { content } of messages) {
      for (const part of content) if (isImage(part) && !images.has(part.url)) images.set(part.url, part);
    }
    if (images.size === 0) return messages;

    // The first image that fails ends the work on the others.
    const failure = new AbortController();
    const stop = AbortSignal.any([signal, failure.signal]);
    const queue = new PQueue({ concurrency: MAX_AT_ONCE });
    const prepare = async ({ url, param }: ImagePart): Promise<[string, string]> => {
      try {
        return [url, await prepareUrl(url, stop)];
      } catch (error) {
        throw error instanceof ImageError ? error.toGatewayError(param) : error;
      }
    };
    const prepared = new Map<string, string>();
    try {
      const tasks = [...images.values()].map((part) => queue.add(async () => prepare(part), { signal: stop }));
      for (const [url, result] of await Promise.all(tasks)) prepared.set(url, result);
    } catch (error) {
      failure.abort(error);
      throw error;
    }

    const toPrepared = (part: ContentPart): ContentPart => {
      const url = isImage(part) ? prepared.get(part.url) : undefined;
      return url === undefined || !isImage(part) || url === part.url ? part : { ...part, url };
    };
    const isChanged = (part: ContentPart): boolean => isImage(part) && prepared.get(part.url) !== part.url;
    return messages.map((message): Message =>
      message.content.some(isChanged) ? { ...message, content: message.content.map(toPrepared) } : message,
    );
  };
};
