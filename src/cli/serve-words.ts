import type { AccountInfo } from '../core/account.ts';
import type { InstanceInfo } from '../host/instances/instance-info.ts';

/** Shown where a person started Portside without a Cursor account and gets the simulator. */
export const SIMULATOR_BANNER = `
  ┌──────────────────────────────────────────────────────────────────┐
  │  NO CURSOR API KEY: the answers come from a built-in SIMULATOR.  │
  │  They are canned text, not a model's.                            │
  │                                                                  │
  │  For real answers, stop this with Ctrl+C, and sign in:           │
  │                                                                  │
  │    node dist/cli.js auth login                                   │
  │                                                                  │
  │  Or make a key in the Cursor Dashboard under Integrations:       │
  │                                                                  │
  │    CURSOR_API_KEY=crsr_... npm start                             │
  └──────────────────────────────────────────────────────────────────┘
`;

/** What a person is told when the server is ready. */
export interface Welcome {
  readonly baseUrl: string;
  /** The second port, for tools that look for Ollama at its own; `null` where there is none. */
  readonly ollamaUrl: string | null;
  readonly accessToken: string;
  readonly simulatorUrl: string | null;
  /** `null` on the simulator. */
  readonly account: Pick<AccountInfo, 'name' | 'email'> | null;
  readonly warnings: readonly string[];
  /** For clients in containers; `null` where the server is not meant for them. */
  readonly container: { readonly baseUrl: string; readonly hint: string | null } | null;
}

/** What a person needs to make the first request. */
export const toWelcome = (welcome: Welcome): string => {
  const { baseUrl, ollamaUrl, accessToken, simulatorUrl, account, warnings, container } = welcome;
  const rows: readonly (readonly [name: string, value: string | null])[] = [
    ['Base URL', baseUrl],
    ['As Ollama', ollamaUrl],
    ['In containers', container?.baseUrl ?? null],
    ['Start them by', container?.hint ?? null],
    ['Access token', accessToken],
    ['Account', account === null ? null : describeAccount(account)],
    ['Simulator', simulatorUrl],
  ];
  const table = rows.flatMap(([name, value]) => (value === null ? [] : [`    ${name.padEnd(14)}${value}`]));
  return `
  Portside is ready.

${table.join('\n')}
${warnings.map((warning) => `\n  Warning: ${warning}`).join('')}${warnings.length === 0 ? '' : '\n'}
  Try it:

    curl ${baseUrl}/chat/completions \\
      -H "Authorization: Bearer ${accessToken}" \\
      -H "Content-Type: application/json" \\
      -d '{"messages":[{"role":"user","content":"Hello!"}]}'

  Stop it with Ctrl+C.

`;
};

const describeAccount = ({ name, email }: Pick<AccountInfo, 'name' | 'email'>): string =>
  email === null || name.includes(email) ? name : `${name} (${email})`;

/** Said once for each Portside that serves in this one's place. */
export const toWaitingLine = (port: number, by: InstanceInfo | null): string =>
  `portside: Port ${port} is served by ${describeInstance(by)}. This one takes over when that one goes. Ctrl+C ends it.\n`;

const describeInstance = (by: InstanceInfo | null): string => {
  if (by === null) return 'another Portside';
  // The name is a folder's, and may hold anything.
  const name = by.name === null ? '' : ` "${by.name.replaceAll(/\p{Cc}/gu, '')}"`;
  const place =
    by.kind === 'editor' ? `the editor window${name}` : `the command line${name === '' ? '' : ` in${name}`}`;
  return `${place} (process ${by.processId})`;
};
