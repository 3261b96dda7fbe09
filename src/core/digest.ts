import { createHash } from 'node:crypto';

/**
 * SHA-256: what stands for a secret, or for something large, wherever that may not itself be kept. No salt, no slow hash: keys
 * and tokens are random enough to need none. Without `encoding`, the bytes.
 */
export function sha256(data: string | Uint8Array): Buffer;
export function sha256(data: string | Uint8Array, encoding: 'base64' | 'hex'): string;
export function sha256(data: string | Uint8Array, encoding?: 'base64' | 'hex'): Buffer | string {
  const hash = createHash('sha256').update(data);
  return encoding === undefined ? hash.digest() : hash.digest(encoding);
}
