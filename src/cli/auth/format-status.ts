import type { AccountInfo } from '../../core/account.ts';
import { ENVIRONMENT_ACCOUNT } from '../../credentials/accounts/account-names.ts';
import { toRemedy } from '../../credentials/accounts/account-words.ts';
import type { EditorSignIn } from '../../credentials/editor-sign-in/editor-sign-in.ts';

/** The accounts and the ways to get one, for people. */
export const formatStatus = (accounts: readonly AccountInfo[], editor: EditorSignIn): string => {
  const hasEnvironment = accounts.some(({ name }) => name === ENVIRONMENT_ACCOUNT);
  return [
    accounts.length === 0
      ? 'Portside is not signed in to Cursor.'
      : 'Cursor accounts (* is used by requests that name none):',
    '',
    ...accounts.flatMap(formatAccount),
    ...(accounts.length === 0 ? [] : ['']),
    'Ways to sign in:',
    '',
    `  Cursor editor   ${formatEditor(editor)}`,
    '  Browser         portside auth login',
    '  API key         portside auth login --api-key',
    `  Environment     CURSOR_API_KEY is ${hasEnvironment ? 'set' : 'not set'}`,
    '',
  ].join('\n');
};

const formatAccount = (account: AccountInfo): readonly string[] => {
  const { name, source, email, plan, expiresAt, status, isDefault } = account;
  const facts = [
    `from ${SOURCES[source]}`,
    ...(email === null ? [] : [email]),
    ...(plan === null ? [] : [`plan ${plan}`]),
    status,
    ...(expiresAt === null ? [] : [`until ${new Date(expiresAt).toISOString().slice(0, 10)}`]),
  ];
  const remedy = toRemedy(account);
  return [`  ${isDefault ? '*' : ' '} ${name}: ${facts.join(', ')}`, ...(remedy === null ? [] : [`      ${remedy}`])];
};

const SOURCES: Readonly<Record<AccountInfo['source'], string>> = {
  editor: 'the Cursor editor',
  browser: 'the browser',
  key: 'an API key',
  environment: 'CURSOR_API_KEY',
};

const formatEditor = (editor: EditorSignIn): string => {
  switch (editor.status) {
    case 'signed-in':
      return `signed in${editor.email === null ? '' : ` as ${editor.email}`}${editor.plan === null ? '' : ` (${editor.plan})`}: portside auth login --from-editor`;
    case 'signed-out':
      return 'not signed in: sign in there first';
    case 'not-found':
      return `not found (${editor.path}); PORTSIDE_CURSOR_DATA_FOLDER names another folder`;
    case 'remote':
      return 'on another machine: sign in with the browser';
    case 'unreadable':
      return editor.reason;
  }
};
