import type { SdkErrorShape } from '../errors.ts';

/** Reads what an error of the SDK tells about itself, from whatever was thrown. */
export const toSdkErrorShape = (error: unknown): SdkErrorShape => {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error) };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  const status = 'status' in error && typeof error.status === 'number' ? error.status : undefined;
  return { name: error.name, message: error.message, code, status };
};
