import type { AccountInfo, CursorSignIn } from '../../core/account.ts';
import { assertNever } from '../../core/assert-never.ts';
import { GatewayError } from '../../core/gateway-error.ts';
import type { EditorSignIn } from '../editor-sign-in/editor-sign-in.ts';
import type { Accounts, NewAccount } from './accounts.ts';

/** How the editor's sign-in becomes an account. */
export interface ConnectEditorOptions {
  readonly read: () => Promise<EditorSignIn>;
  readonly signIn: CursorSignIn;
  readonly accounts: Accounts;
  /** Asks the user, by the email of the account, whether Portside may use it. */
  readonly confirm: (email: string | null) => Promise<boolean>;
  /** The key's name in the Cursor Dashboard. */
  readonly keyName: string;
  /** Empty, or absent, for a name made from the email. */
  readonly name?: string;
  readonly signal: AbortSignal;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

/** How long a key lasts that is made for the editor's sign-in. */
export const KEY_LIFETIME_MS = 90 * 24 * 60 * 60 * 1000;

const COMMANDS = 'the command "Portside: Sign In to Cursor", or `portside auth login`';

/**
 * Makes an account of the editor's sign-in, once the user has agreed: Cursor makes a key for it, and only the key is kept.
 *
 * @throws GatewayError that leads to the browser where the editor is not signed in or Cursor refuses
 */
export const connectEditorAccount = async (options: ConnectEditorOptions): Promise<AccountInfo | 'declined'> => {
  // The token is not held while the user thinks about it, but read again.
  const { email } = requireSignedIn(await options.read());
  if (!(await options.confirm(email))) return 'declined';
  const present = requireSignedIn(await options.read());
  if (present.email !== email) {
    throw new GatewayError(
      'cursor_sign_in_required',
      'The Cursor editor has just been signed in to another account. Try again.',
    );
  }
  const made = await makeEditorKey(options, present);
  return await options.accounts.add({ name: options.name ?? '', source: 'editor', ...made });
};

/**
 * Has a key made for the editor's sign-in: for the account of its email alone, as that is what the user has agreed to.
 *
 * @throws GatewayError as {@link connectEditorAccount} does
 */
export const makeEditorKey = async (
  { signIn, keyName, signal, now = Date.now }: Pick<ConnectEditorOptions, 'signIn' | 'keyName' | 'signal' | 'now'>,
  { sessionToken, email, plan }: Extract<EditorSignIn, { status: 'signed-in' }>,
): Promise<Pick<NewAccount, 'key' | 'plan'>> => {
  const expiresAt = now() + KEY_LIFETIME_MS;
  const options = { sessionToken, keyName, expiresAt, expectedEmail: email, signal };
  const key = await signIn.exchangeSession(options).catch((error: unknown) => {
    throw signal.aborted ? error : toRefusal(error);
  });
  return { key: { ...key, email: key.email ?? email }, plan };
};

const requireSignedIn = (found: EditorSignIn): Extract<EditorSignIn, { status: 'signed-in' }> => {
  if (found.status === 'signed-in') return found;
  throw new GatewayError('cursor_sign_in_required', leadToBrowser(toReason(found)));
};

const toReason = (found: Exclude<EditorSignIn, { status: 'signed-in' }>): string => {
  switch (found.status) {
    case 'signed-out':
      return 'The Cursor editor is not signed in.';
    case 'not-found':
      return `The Cursor editor was not found on this machine: there is nothing at ${found.path}.`;
    case 'remote':
      return "Cursor's sign-in is on the machine that this window is shown on, and Portside runs on another.";
    case 'unreadable':
      return found.reason;
    default:
      return assertNever(found);
  }
};

/** What the browser would not help with either, such as a missing network, stays as it is. */
const toRefusal = (error: unknown): unknown => {
  const refusals: readonly string[] = ['cursor_sign_in_required', 'cursor_sign_in_expired', 'permission_denied'];
  if (!(error instanceof GatewayError) || !refusals.includes(error.code)) return error;
  return new GatewayError(error.code, leadToBrowser(error.message), { cause: error });
};

/** Says how to sign in with the browser, after a text that may end with the advice to do so. */
const leadToBrowser = (text: string): string =>
  /sign in with the browser(?: instead)?\.$/iu.test(text)
    ? `${text.slice(0, -1)}: ${COMMANDS}.`
    : `${text} Sign in with the browser instead: ${COMMANDS}.`;
