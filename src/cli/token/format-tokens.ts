import type { AccessTokenInfo } from '../../core/access-token.ts';

/** The columns of `portside token list`; limits that nobody has are left out. */
const COLUMNS: readonly (readonly [title: string, toText: (token: AccessTokenInfo) => string, isLimit?: true])[] = [
  ['NAME', ({ name }) => name],
  ['ID', ({ id }) => id],
  ['CREATED', ({ createdAt }) => toTime(createdAt)],
  ['LAST USED', ({ lastUsedAt }) => (lastUsedAt === null ? 'never' : toTime(lastUsedAt))],
  ['REQUESTS', ({ requestCount }) => String(requestCount)],
  ['EXPIRES', ({ expiresAt }) => (expiresAt === null ? '' : toTime(expiresAt)), true],
  ['ACCOUNT', ({ account }) => account ?? '', true],
  ['MODELS', ({ models }) => models?.join(',') ?? '', true],
  ['PER MINUTE', ({ requestsPerMinute }) => requestsPerMinute?.toString() ?? '', true],
];

/** Access tokens as a table for people, ending in a line feed. */
export const formatTokens = (tokens: readonly AccessTokenInfo[]): string => {
  if (tokens.length === 0)
    return 'There are no access tokens yet. The first start makes one, and `portside token create` more.\n';
  const columns = COLUMNS.map(([title, toText, isLimit]) => ({ title, cells: tokens.map(toText), isLimit })).filter(
    ({ cells, isLimit }) => isLimit !== true || cells.some((cell) => cell !== ''),
  );
  const lines = [
    columns.map(({ title }) => title),
    ...tokens.map((_, row) => columns.map(({ cells }) => cells[row] ?? '')),
  ];
  const widths = columns.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  return lines
    .map(
      (line) =>
        `${line
          .map((cell, column) => cell.padEnd(widths[column] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('');
};

/** Local time, to the minute. */
const toTime = (milliseconds: number): string => {
  const date = new Date(milliseconds);
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}`;
};
