import { notSignedIn } from '../../credentials/accounts/account-words.ts';
import { UsageError } from '../usage-error.ts';
import { createAuthServices } from './auth-services.ts';

/** Makes an account the one that requests use that name none. @throws GatewayError where there is none of this name */
export const use = async (name: string): Promise<void> => {
  const { accounts } = await createAuthServices();
  await accounts.use(name);
  process.stdout.write(`Requests that name no account now use "${name}".\n`);
};

/** The flags of `portside auth logout`, as commander gives them. */
export interface LogoutFlags {
  readonly all?: boolean;
}

/** Forgets one account, the one in use where none is named, or all. @throws UsageError, GatewayError */
export const logout = async (name: string | undefined, { all = false }: LogoutFlags): Promise<void> => {
  if (all && name !== undefined) throw new UsageError('Name an account or --all, not both.');
  const { accounts } = await createAuthServices();
  const present = await accounts.list();
  const names = all
    ? present.filter(({ source }) => source !== 'environment').map((account) => account.name)
    : [name ?? present[0]?.name];
  for (const each of names) {
    if (each === undefined) throw notSignedIn();
    await accounts.remove(each);
    process.stdout.write(`Signed out of "${each}".\n`);
  }
  if (all && names.length === 0) process.stdout.write('There is no account to sign out of.\n');
  if (names.length > 0) {
    process.stderr.write(
      'Portside has forgotten the key. Cursor accepts it until it expires, or until you delete it in the Cursor Dashboard.\n',
    );
  }
};
