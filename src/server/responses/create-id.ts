import { randomUUID } from 'node:crypto';

/** An id as OpenAI's: what it is of, and 32 hexadecimal digits. */
export const createId = (prefix: string): string => `${prefix}_${randomUUID().replaceAll('-', '')}`;
