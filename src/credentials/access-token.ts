import { randomBytes } from 'node:crypto';
import { chmod, link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import writeFileAtomic from 'write-file-atomic';
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

/**
 * The token in `<folder>/access-token`, made at first use; only its owner can read it.
 *
 * @throws GatewayError that names the folder or the file where it cannot be used.
 */
export const readOrCreateAccessToken = async (folder: string): Promise<string> => {
  const file = toFile(folder);
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await create(file);
    await chmod(file, 0o600);
    return checkAccessToken((await readFile(file, 'utf8')).trim());
  } catch (error) {
    if (error instanceof GatewayError) {
      throw new GatewayError('invalid_request', `${file} is damaged. Delete it, and the next start makes a new token.`);
    }
    throw toFolderError(folder, error);
  }
};

/**
 * Puts a new token into `<folder>/access-token`, whole or not at all, and gives it.
 *
 * @throws GatewayError that names the folder where it cannot be used
 */
export const rotateAccessToken = async (folder: string): Promise<string> => {
  const token = generateAccessToken();
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await writeFileAtomic(toFile(folder), `${token}\n`, { mode: 0o600 });
    return token;
  } catch (error) {
    throw toFolderError(folder, error);
  }
};

/** Makes the file with a new token, whole or not at all; where there is one, it stays. */
const create = async (file: string): Promise<void> => {
  const draft = `${file}.${randomBytes(8).toString('hex')}`;
  await writeFile(draft, `${generateAccessToken()}\n`, { mode: 0o600, flag: 'wx' });
  try {
    await link(draft, file);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  } finally {
    await rm(draft);
  }
};

const toFile = (folder: string): string => path.join(folder, 'access-token');

const toFolderError = (folder: string, error: unknown): GatewayError => {
  const reason = error instanceof Error && 'code' in error ? String(error.code) : String(error);
  return new GatewayError(
    'invalid_request',
    `${folder} cannot be used as the folder for state: ${reason}. See that it is a folder that this user may write to, or choose another one (PORTSIDE_HOME).`,
    {
      cause: error,
    },
  );
};
