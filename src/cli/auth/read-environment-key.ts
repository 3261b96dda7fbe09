import type { Environment } from '../read-environment.ts';

/** The Cursor API key of the environment or of `.env`; `null` where there is none. */
export const readEnvironmentKey = (environment: Environment): string | null =>
  environment['CURSOR_API_KEY']?.trim() || environment['CURSORPIPE_API_KEY']?.trim() || null;
