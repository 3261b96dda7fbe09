/** The Cursor API key of an environment, under its own name or that of Portside's ancestor; `null` for none. */
export const readEnvironmentKey = (
  environment: Readonly<Record<string, string | undefined>> = process.env,
): string | null => environment['CURSOR_API_KEY']?.trim() || environment['CURSORPIPE_API_KEY']?.trim() || null;
