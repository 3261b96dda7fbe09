/** Renders a Markdown table with aligned columns: the first to the left, the others to the right. */
export const renderTable = (headers: readonly string[], rows: readonly (readonly string[])[]): string => {
  const widths = headers.map((header, column) =>
    Math.max(header.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const renderRow = (cells: readonly string[]): string =>
    `| ${widths.map((width, column) => pad(cells[column] ?? '', width, column)).join(' | ')} |`;
  const rule = widths.map((width, column) => (column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`));
  return [renderRow(headers), `| ${rule.join(' | ')} |`, ...rows.map(renderRow)].join('\n');
};

const pad = (text: string, width: number, column: number): string =>
  column === 0 ? text.padEnd(width) : text.padStart(width);

/** A number with as many decimals as its size deserves. */
export const formatNumber = (value: number): string => {
  const decimals = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return value.toFixed(decimals);
};

export const formatMebibytes = (bytes: number): string => `${Math.round(bytes / 2 ** 20)} MB`;

export const formatRatio = (ratio: number): string => `${ratio.toFixed(2)}×`;
