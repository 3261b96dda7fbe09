import { createTwoFilesPatch } from 'diff';

/** What a change of a file is, for a screen; both texts have their tokens masked already. */
export const showDifference = (file: string, before: string | null, after: string): string => {
  if (before === after) return `Only the access token in ${file} changes.\n`;
  const from = before === null ? '/dev/null' : file;
  return createTwoFilesPatch(from, file, before ?? '', after, undefined, undefined, { context: 3 }).replace(
    /^=+\n/,
    '',
  );
};
