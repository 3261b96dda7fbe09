import type { Command } from 'commander';
import { logout, type LogoutFlags, use } from './change-accounts.ts';
import { login, type LoginFlags } from './login.ts';
import { status, type StatusFlags } from './status.ts';

/** Adds `portside auth …`. */
export const addAuthCommands = (program: Command): void => {
  const auth = program.command('auth').description('the Cursor accounts that requests run on');

  auth
    .command('login')
    .description('sign in to Cursor with the browser')
    .option('--name <name>', 'what to call the account; one of this name is replaced')
    .option('--from-editor', 'use the sign-in of the Cursor editor on this machine')
    .option('--yes', 'agree to that without being asked')
    .option('--api-key', 'use an API key, read from standard input')
    .option('--no-browser', 'only print the address of the page')
    .action((flags: LoginFlags) => login(flags));

  auth
    .command('status')
    .description('show the accounts and the ways to get one; exit code 1 where none can be used')
    .option('--json', 'print one line of JSON')
    .action((flags: StatusFlags) => status(flags));

  auth
    .command('use <name>')
    .description('make an account the one that requests use that name none')
    .action((name: string) => use(name));

  auth
    .command('logout [name]')
    .description('forget an account and its key; the one in use where none is named')
    .option('--all', 'forget all of them')
    .action((name: string | undefined, flags: LogoutFlags) => logout(name, flags));
};
