import type { KeyOwner } from './accounts.ts';

/** The owner of a key, in the form of `GET /v1/me`. */
export const toApiAccount = ({ apiKeyName, email }: KeyOwner) => ({
  apiKeyName,
  userId: 1,
  userEmail: email,
  userFirstName: 'Sim',
  userLastName: 'Ulator',
  createdAt: '2026-01-01T00:00:00.000Z',
});
