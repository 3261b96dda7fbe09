import type { AccountInfo } from '../../core/account.ts';
import { GatewayError } from '../../core/gateway-error.ts';
import { type AuthServices, createAuthServices } from './auth-services.ts';
import { cancellable } from './cancellable.ts';
import { formatStatus } from './format-status.ts';

/** The flags of `portside auth status`, as commander gives them. */
export interface StatusFlags {
  readonly json?: boolean;
}

/** How long Cursor is waited for, for each account. */
const PATIENCE_MS = 15_000;

/** Shows every account and every way to get one; exit code 1 where requests that name no account would be refused. */
export const status = async ({ json = false }: StatusFlags): Promise<void> => {
  const services = await createAuthServices();
  await cancellable(async (signal) => {
    const editor = await services.readEditor();
    await askCursor(services, signal);
    const accounts = await services.accounts.list();
    const email = editor.status === 'signed-in' ? editor.email : null;
    process.stdout.write(
      json
        ? `${JSON.stringify({ accounts, editor: { status: editor.status, email } })}\n`
        : formatStatus(accounts, editor),
    );
    if (!isUsable(await services.accounts.current())) process.exitCode = 1;
  });
};

const isUsable = (account: AccountInfo | null): boolean =>
  account !== null && account.status !== 'expired' && account.status !== 'refused';

/** Asks Cursor whose each key is, and whether it is still accepted. */
const askCursor = async ({ accounts, signIn }: AuthServices, signal: AbortSignal): Promise<void> => {
  for (const account of await accounts.list()) {
    if (account.status === 'expired') continue;
    const [credential] = await accounts.select({ type: 'account', name: account.name });
    const patience = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]);
    try {
      await accounts.noteProfile(account.name, await signIn.readProfile(credential.apiKey, patience));
    } catch (error) {
      signal.throwIfAborted();
      const { code, message } = GatewayError.from(error);
      if (code !== 'cursor_sign_in_required' || patience.aborted) {
        process.stderr.write(`Cursor could not be asked about the account "${account.name}". ${message}\n`);
      } else {
        accounts.noteFailure(credential, { code, message });
      }
    }
  }
};
