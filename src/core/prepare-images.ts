import type { Message } from './run-request.ts';

/**
 * Makes the images of messages such as a backend takes: base64 `data:` URLs of PNG or JPEG. What is already so stays the same
 * object; messages without images cost nothing. Fails with `invalid_image`, whose `param` is that of the image at fault.
 */
export type PrepareImages = (messages: readonly Message[], signal: AbortSignal) => Promise<readonly Message[]>;
