import type { IncomingMessage } from 'node:http';

/** Whether a request is of Anthropic's API: by its path, and where other APIs have the same, by the header that its clients send. */
export const isAnthropicRequest = ({
  path,
  headers,
}: Pick<IncomingMessage, 'headers'> & { readonly path: string }): boolean =>
  /^\/v1\/messages(?:\/|$)/.test(path) ||
  (/^\/v1\/models(?:\/|$)/.test(path) && headers['anthropic-version'] !== undefined);
