import { randomBytes } from 'node:crypto';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { GatewayError } from '../core/gateway-error.ts';

/** Makes an access token: 256 random bits that fit a header as they are. */
export const generateAccessToken = (): string => `portside_${randomBytes(32).toString('base64url')}`;

/**
 * Checks a token that a user chose.
 *
 * @throws GatewayError where it could not be sent as `Authorization: Bearer`.
 */
export const checkAccessToken = (token: string): string => {
  if (/^[\x21-\x7e]+$/.test(token)) return token;
  throw new GatewayError('invalid_request', 'The access token is empty or has spaces or characters outside of ASCII.');
};

/** The token in `<folder>/access-token`, made at first use; only its owner can read it. */
export const readOrCreateAccessToken = async (folder: string): Promise<string> => {
  const file = path.join(folder, 'access-token');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  try {
    const token = generateAccessToken();
    await writeFile(file, `${token}\n`, { mode: 0o600, flag: 'wx' });
    return token;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    await chmod(file, 0o600);
    return checkAccessToken((await readFile(file, 'utf8')).trim());
  }
};
