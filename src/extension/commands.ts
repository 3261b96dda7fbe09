import { type Disposable, commands } from 'vscode';
import type { Logger } from '../core/logger.ts';
import { COMMAND_IDS, type CommandId } from './command-ids.ts';
import { showFailure } from './notifications.ts';

/** What each command does; a missing one does not compile. */
export type CommandHandlers = Readonly<Record<CommandId, () => Promise<void>>>;

/** Registers every command. One that fails says why to the user where that is known, and to the log. */
export const registerCommands = (handlers: CommandHandlers, logger: Logger): Disposable[] =>
  COMMAND_IDS.map((id) =>
    commands.registerCommand(id, async () => {
      try {
        await handlers[id]();
      } catch (error) {
        logger.error('A command failed.', { command: id, cause: error instanceof Error ? error.stack : String(error) });
        showFailure(error);
      }
    }),
  );
