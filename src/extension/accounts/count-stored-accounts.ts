const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

/** How many accounts a stored entry has, read without the schema, which would be slow to load. Pure. */
export const countStoredAccounts = (text: string | undefined): number => {
  if (text === undefined) return 0;
  try {
    const stored: unknown = JSON.parse(text);
    const accounts = isRecord(stored) ? stored['accounts'] : undefined;
    return Array.isArray(accounts) ? accounts.length : 0;
  } catch {
    return 0;
  }
};
