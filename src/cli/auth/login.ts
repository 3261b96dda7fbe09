import type { AccountInfo } from '../../core/account.ts';
import { GatewayError } from '../../core/gateway-error.ts';
import { readCursorsWords } from '../../credentials/accounts/account-words.ts';
import { connectEditorAccount } from '../../credentials/accounts/connect-editor.ts';
import { toKeyName } from '../../credentials/accounts/key-name.ts';
import { UsageError } from '../usage-error.ts';
import { type AuthServices, createAuthServices } from './auth-services.ts';
import { cancellable } from './cancellable.ts';
import { canOpenBrowser, openBrowser } from './open-browser.ts';
import { askSecret, askYesOrNo, canAsk, readPipedInput, type TerminalOptions } from './terminal.ts';

/** The flags of `portside auth login`, as commander gives them. */
export interface LoginFlags {
  readonly name?: string;
  readonly fromEditor?: boolean;
  readonly yes?: boolean;
  readonly apiKey?: boolean;
  readonly browser: boolean;
}

/** Signs in to Cursor and stores the account. @throws UsageError, GatewayError */
export const login = async (flags: LoginFlags): Promise<void> => {
  if (flags.fromEditor === true && flags.apiKey === true) {
    throw new UsageError('--from-editor and --api-key are two ways to sign in. Choose one.');
  }
  if (flags.yes === true && flags.fromEditor !== true) throw new UsageError('--yes needs --from-editor.');
  if (flags.name === '') throw new UsageError('--name: it is empty.');
  const services = await createAuthServices();
  await cancellable(async (signal, cancel) => {
    const terminal = { signal, cancel };
    const account =
      flags.apiKey === true
        ? await addKey(services, flags, terminal)
        : flags.fromEditor === true
          ? await addFromEditor(services, flags, terminal)
          : await addFromBrowser(services, flags, terminal);
    if (account !== null) process.stdout.write(toWelcome(account));
  });
};

const addFromBrowser = async (
  { environment, accounts, signIn }: AuthServices,
  flags: LoginFlags,
  { signal }: TerminalOptions,
): Promise<AccountInfo> => {
  const { platform } = process;
  const opens = flags.browser && canOpenBrowser({ platform, environment, isTerminal: process.stderr.isTTY });
  const key = await signIn.signIn({
    keyName: toKeyName(),
    onUrl(url) {
      process.stderr.write(
        `${opens ? 'Your browser opens this page' : 'Open this page in a browser'} to sign in to Cursor:\n\n  ${url}\n\nWaiting for you to sign in there. Ctrl+C cancels.\n`,
      );
      if (opens) openBrowser(url, platform);
    },
    signal,
  });
  const account = await accounts.add({ name: flags.name ?? '', source: 'browser', key, plan: null });
  return await withProfile({ accounts, signIn }, account, key.apiKey, signal);
};

const addFromEditor = async (
  { accounts, signIn, readEditor }: AuthServices,
  flags: LoginFlags,
  terminal: TerminalOptions,
): Promise<AccountInfo | null> => {
  const keyName = toKeyName();
  const account = await connectEditorAccount({
    read: readEditor,
    signIn,
    accounts,
    keyName,
    name: flags.name ?? '',
    signal: terminal.signal,
    async confirm(email) {
      const whose =
        email === null ? 'the account that the Cursor editor is signed in to' : `the Cursor account ${email}`;
      if (flags.yes === true) return true;
      if (!canAsk()) {
        throw new UsageError(
          `This would make an API key for ${whose}. There is no terminal to ask on: agree with --yes.`,
        );
      }
      return await askYesOrNo(
        `Portside would make an API key for ${whose}, called "${keyName}" in the Cursor Dashboard, valid for 90 days, and have a new one made before it expires. Requests to Portside can then use this account. Go on?`,
        terminal,
      );
    },
  });
  if (account !== 'declined') return account;
  process.stderr.write('Nothing was changed.\n');
  process.exitCode = 1;
  return null;
};

const addKey = async (
  { accounts, signIn }: AuthServices,
  flags: LoginFlags,
  terminal: TerminalOptions,
): Promise<AccountInfo> => {
  const { signal } = terminal;
  const apiKey = // Whatever of the output goes elsewhere: a terminal would show what is typed.
    (
      process.stdin.isTTY
        ? await askSecret('Cursor API key (it is not shown): ', terminal)
        : await readPipedInput(signal)
    ).trim();
  if (!/^[\x21-\x7e]+$/.test(apiKey)) {
    throw new UsageError(
      'A Cursor API key is expected on standard input: one line without spaces. Make one in the Cursor Dashboard under Integrations.',
    );
  }
  const profile = await signIn.readProfile(apiKey, signal).catch((error: unknown) => {
    const { code, message } = GatewayError.from(error);
    if (signal.aborted) throw error;
    if (code === 'cursor_sign_in_required' || code === 'permission_denied') {
      const words = readCursorsWords({ message });
      throw new GatewayError(code, `Cursor refused this key, and it was not stored. Cursor says: ${words}`, {
        cause: error,
      });
    }
    process.stderr.write(`Cursor could not be asked whose key this is. ${message}\n`);
    return null;
  });
  const key = { apiKey, email: profile?.email ?? null, expiresAt: null };
  return await accounts.add({ name: flags.name ?? '', source: 'key', key, plan: null });
};

/** The sign-in is good without it: what fails here is only told. */
const withProfile = async (
  { accounts, signIn }: Pick<AuthServices, 'accounts' | 'signIn'>,
  account: AccountInfo,
  apiKey: string,
  signal: AbortSignal,
): Promise<AccountInfo> => {
  try {
    await accounts.noteProfile(account.name, await signIn.readProfile(apiKey, signal));
  } catch (error) {
    if (!signal.aborted) {
      process.stderr.write(`Cursor could not be asked whose key this is. ${GatewayError.from(error).message}\n`);
    }
  }
  return (await accounts.list()).find(({ name }) => name === account.name) ?? account;
};

const toWelcome = ({ name, email, isDefault }: AccountInfo): string =>
  `Signed in to Cursor${email === null ? '' : ` as ${email}`}. The account is called "${name}".\n${
    isDefault ? '' : `Requests use another account unless they name this one; \`portside auth use\` changes that.\n`
  }`;
