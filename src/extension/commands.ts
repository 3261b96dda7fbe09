import { type Disposable, commands, l10n } from 'vscode';
import type { Logger } from '../core/logger.ts';
import { COMMAND_IDS, type CommandId } from './command-ids.ts';
import { showNotice } from './notifications.ts';
import { toGatewayFailure } from './to-gateway-failure.ts';

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
        const failure = toGatewayFailure(error);
        void showNotice({
          severity: 'error',
          message:
            failure === null || failure.code === 'internal_error'
              ? l10n.t('Portside could not do this. Its log has the details.')
              : failure.message,
          actions: [{ title: l10n.t('Show Logs'), command: 'portside.showLogs' }],
        });
      }
    }),
  );
