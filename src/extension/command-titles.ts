import type { CommandId } from './command-ids.ts';

/** Gives the title of a command, as the palette shows it, without its category. */
export type CommandTitles = (id: CommandId) => string;

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

/**
 * Reads the titles from the manifest that the editor hands out, where they are already translated, so that no title is
 * written twice.
 */
export const readCommandTitles = (manifest: unknown): CommandTitles => {
  const contributes = isRecord(manifest) ? manifest['contributes'] : undefined;
  const commands = isRecord(contributes) ? contributes['commands'] : undefined;
  const titles = new Map<string, string>();
  for (const command of Array.isArray(commands) ? commands : []) {
    if (isRecord(command) && typeof command['command'] === 'string' && typeof command['title'] === 'string') {
      titles.set(command['command'], command['title']);
    }
  }
  return (id) => titles.get(id) ?? id;
};
