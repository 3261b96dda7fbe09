import { GatewayError } from '../../core/gateway-error.ts';

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'you may not',
  EPERM: 'you may not',
  EROFS: 'its file system takes no changes',
  ENOSPC: 'the disk is full',
  EDQUOT: 'there is no room left for you',
  EISDIR: 'it is a folder',
  ENOTDIR: 'a part of its path is no folder',
  ENOENT: 'a part of its path is missing',
  ELOOP: 'its symbolic links lead in a circle',
  ENAMETOOLONG: 'its name is too long',
  EBUSY: 'another program uses it',
};

/** Why something did not work with a file, in words where there are some. */
export const explainFileError = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  if (!('code' in error)) return error.message;
  return REASONS[String(error.code)] ?? String(error.code);
};

/** Does work with a file, whose failure names it. @throws GatewayError */
export const explained = async <T>(subject: string, what: string, work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (error) {
    throw new GatewayError('invalid_request', `${subject} cannot be ${what}: ${explainFileError(error)}.`, {
      cause: error,
    });
  }
};
