import { hostname } from 'node:os';

/** What a key that Cursor makes for Portside is called in the Cursor Dashboard. */
export const toKeyName = (host: string = hostname()): string => `Portside on ${host}`;
