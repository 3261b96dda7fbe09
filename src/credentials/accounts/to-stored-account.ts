import { checkAccountName, makeAccountName } from './account-names.ts';
import type { StoredAccount } from './account-store.ts';
import type { NewAccount } from './accounts.ts';

/**
 * What is stored of a new account. One that is renewed keeps its name and its place; one that was given no name is known by its
 * key, or by whose it is.
 *
 * @throws GatewayError where the name cannot be one
 */
export const toStoredAccount = (
  { name, source, key, plan }: NewAccount,
  present: readonly StoredAccount[],
  backendUrl: string,
  createdAt: number,
): StoredAccount => {
  const renewed = present.find((account) =>
    name === ''
      ? account.apiKey === key.apiKey ||
        (account.source === source && key.email !== null && account.email === key.email)
      : account.name === name,
  );
  return {
    name:
      renewed?.name ??
      (name === ''
        ? makeAccountName(source, key.email, (made) => present.some((account) => account.name === made))
        : checkAccountName(name)),
    source,
    apiKey: key.apiKey,
    email: key.email,
    plan,
    createdAt: renewed?.createdAt ?? createdAt,
    expiresAt: key.expiresAt,
    backendUrl,
  };
};
