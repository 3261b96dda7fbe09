/** Marks text as code; nothing becomes a dash. */
export const code = (text: string | null | undefined): string =>
  text === null || text === undefined || text === '' ? '–' : `\`${text}\``;

/** Writes a table; a bar within a cell is escaped. */
export const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows]
    .map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', String.raw`\|`)).join(' | ')} |`)
    .join('\n');

/** Opens a page that is not to be edited by hand. */
export const generatedFrom = (source: string): string => `<!-- Generated from ${source} by \`npm run generate\`. -->`;
