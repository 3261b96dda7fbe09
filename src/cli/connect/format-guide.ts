import type { ConnectStep, ConnectTool, ToolConfigFile } from '../../connect/connect-tool.ts';
import { english } from './english.ts';
import { findConfigFile } from './find-config-file.ts';

/** Steps for people. What is to be pasted stands at the margin, as it is. */
export const formatGuide = (tool: ConnectTool, steps: readonly ConnectStep[]): string => {
  const parts = steps.map(({ text, snippet }, index) =>
    snippet === null ? `${index + 1}. ${text}\n` : `${index + 1}. ${text}\n\n${snippet.text}\n`,
  );
  const own = tool.configFile === null ? '' : `\n${describeWrite(tool.id, tool.configFile)}\n`;
  return `${tool.name}: ${tool.describe(english)}\n\n${parts.join('\n')}${own}`;
};

const describeWrite = (toolId: string, configFile: ToolConfigFile): string => {
  const { name } = configFile;
  const file = findConfigFile(configFile) === null ? ` --file <path to ${name}>` : '';
  return `\`portside connect ${toolId} --write${file}\` changes ${name} by itself, after showing how.`;
};

/** The table of `portside connect`. */
export const formatTools = (tools: readonly ConnectTool[]): string => {
  const rows = [
    ['ID', 'NAME', 'WRITES'],
    ...tools.map(({ id, name, configFile }) => [id, name, configFile?.name ?? '']),
  ];
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  return `${lines.join('\n')}\n\n\`portside connect <id>\` shows how; --write changes the tool's file, --test sends a request as the tool would.\n`;
};
