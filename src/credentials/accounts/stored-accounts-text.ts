import * as z from 'zod';
import type { StoredAccounts } from './account-store.ts';

const storedAccountsSchema = z.object({
  accounts: z.array(
    z.object({
      name: z.string(),
      source: z.enum(['editor', 'browser', 'key']),
      apiKey: z.string(),
      email: z.string().nullable(),
      plan: z.string().nullable(),
      createdAt: z.number(),
      expiresAt: z.number().nullable(),
      backendUrl: z.string(),
    }),
  ),
  defaultName: z.string().nullable(),
});

/** Reads what {@link formatStoredAccounts} has written; `null` where the text is damaged. */
export const parseStoredAccounts = (text: string): StoredAccounts | null => {
  try {
    return storedAccountsSchema.parse(JSON.parse(text));
  } catch {
    return null;
  }
};

/** The accounts with their keys as JSON: a secret. */
export const formatStoredAccounts = (accounts: StoredAccounts): string => `${JSON.stringify(accounts, null, 2)}\n`;
