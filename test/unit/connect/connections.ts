import type { Connection } from '../../../src/connect/connect-tool.ts';

/** A token of the right form that no server knows. */
export const TOKEN = `portside_${'T'.repeat(43)}`;

/** A connection with two models, of which the second is the chosen one. */
export const createConnection = (changes: Partial<Connection> = {}): Connection => ({
  baseUrl: 'http://127.0.0.1:8765/v1',
  token: TOKEN,
  model: 'claude-sonnet-4.5',
  models: [
    { id: 'composer-2.5', displayName: 'Composer 2.5' },
    { id: 'claude-sonnet-4.5', displayName: 'Claude Sonnet 4.5' },
  ],
  ...changes,
});

/** The tool of this id. */
export const findTool = <T extends { readonly id: string }>(tools: readonly T[], id: string): T => {
  const tool = tools.find((each) => each.id === id);
  if (tool === undefined) throw new Error(`There is no tool ${id}.`);
  return tool;
};
