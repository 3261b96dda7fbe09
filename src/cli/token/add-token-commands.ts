import type { Command } from 'commander';
import { rotateAccessToken } from '../../credentials/access-token.ts';
import type { AccessTokens } from '../../credentials/access-tokens/access-tokens.ts';
import { checkTokenLimits, checkTokenName } from '../../credentials/access-tokens/check-token-request.ts';
import { openAccessTokens } from '../../host/open-access-tokens.ts';
import { createConsoleLogger } from '../console-logger.ts';
import { readEnvironment } from '../read-environment.ts';
import { readHome } from '../read-home.ts';
import { toUsageError } from '../usage-error.ts';
import { formatTokens } from './format-tokens.ts';
import { type CreateFlags, readLimits } from './read-limits.ts';

/** Adds `portside token …`, which also works while a server runs: that takes up each change within a second. */
export const addTokenCommands = (program: Command): void => {
  const token = program.command('token').description('make, list and revoke the access tokens of clients');
  token
    .command('create')
    .description('make an access token and show it, this one time')
    .argument('<name>', 'what it is for; unique')
    .option('--expires <time>', 'when it expires: 12h, 30d, 4w, or a date such as 2030-12-31 (default: never)')
    .option('--account <name>', 'the only Cursor account that it may use')
    .option('--models <ids>', 'the only models that it may use, separated by commas')
    .option('--requests-per-minute <number>', 'how many requests it may make in a minute')
    .option('--json', 'print one line of JSON')
    .action(create);
  token
    .command('list')
    .description('list the access tokens, without the tokens themselves')
    .option('--json', 'print one line of JSON')
    .action(list);
  token
    .command('revoke')
    .description('end an access token at once, with all that it has open')
    .argument('<id-or-name>', 'which one, as `token list` shows it')
    .action(revoke);
  token.command('rotate').description('put a new token in the place of the default one, and show it').action(rotate);
};

const create = async (name: string, flags: CreateFlags): Promise<void> => {
  const now = Date.now();
  const limits = await toUsageError(() => checkTokenLimits(readLimits(flags, now), now));
  await toUsageError(() => checkTokenName(name));
  const { info, token } = withTokens((tokens) => tokens.create(name, limits));
  if (flags.json === true) {
    const { id, createdAt, expiresAt, account, models, requestsPerMinute } = info;
    print(JSON.stringify({ id, name: info.name, token, createdAt, expiresAt, account, models, requestsPerMinute }));
    return;
  }
  print(token);
  // Beside the output, so that a script may take the token from there.
  process.stderr.write(
    'It is not shown again. Clients send it as `Authorization: Bearer <token>` or `x-api-key: <token>`; most call it the API key.\n',
  );
};

const list = (flags: { readonly json?: boolean }): void => {
  const tokens = withTokens((all) => all.list());
  process.stdout.write(flags.json === true ? `${JSON.stringify(tokens)}\n` : formatTokens(tokens));
};

const revoke = (idOrName: string): void => {
  const { id, name } = withTokens((tokens) => tokens.revoke(idOrName));
  print(`The access token "${name}" (${id}) is revoked.`);
};

const rotate = async (): Promise<void> => {
  const home = readHome(readEnvironment());
  process.umask(0o077);
  // The file first: a start takes up what is there.
  const token = await rotateAccessToken(home);
  withTokens((tokens) => tokens.setDefault(token), home);
  print(token);
  process.stderr.write('This is the default access token from now on. The one before is worth nothing any more.\n');
};

/** @throws GatewayError where the tokens of PORTSIDE_HOME cannot be used */
const withTokens = <T>(work: (tokens: AccessTokens) => T, folder = readHome(readEnvironment())): T => {
  // Everything that this process writes is its owner's alone.
  process.umask(0o077);
  const tokens = openAccessTokens({
    folder,
    logger: createConsoleLogger({ isVerbose: false }),
    ownToken: null,
    needsFile: true,
  });
  try {
    return work(tokens);
  } finally {
    tokens.close();
  }
};

const print = (line: string): void => {
  process.stdout.write(`${line}\n`);
};
