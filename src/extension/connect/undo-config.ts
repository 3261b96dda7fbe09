import { l10n, window } from 'vscode';
import type { ConfigWriter } from '../../connect/main.ts';
import type { ConnectChange } from '../../panel/models.ts';
import { describeFailure } from '../notifications.ts';
import { toGatewayFailure } from '../to-gateway-failure.ts';
import { describeConfigFailure } from './config-change-words.ts';
import { readUncopiedFile } from './read-uncopied-file.ts';

/** Undoes the last write of a tool's configuration. Asks first where that would lose something, or cannot be done in full. */
export const undoConfig = async (writer: ConfigWriter, toolId: string): Promise<ConnectChange> => {
  try {
    return { status: 'done', message: await undo(writer, toolId, false) };
  } catch (error) {
    const failure = toGatewayFailure(error);
    if (failure === null) throw error;
    const message = describeConfigFailure(error, 'undo', l10n) ?? describeFailure(error);
    if (failure.code !== 'conflict') return { status: 'failed', message };
    const { detail, anyway } =
      readUncopiedFile(error) === null
        ? { detail: l10n.t('A copy of the present file is kept.'), anyway: l10n.t('Undo Anyway') }
        : {
            detail: l10n.t('Portside can leave the file as it is, and not offer to undo this change any more.'),
            anyway: l10n.t('Leave It'),
          };
    const chosen = await window.showWarningMessage(message, { modal: true, detail }, anyway);
    if (chosen !== anyway) return { status: 'declined', message: l10n.t('Nothing was undone.') };
    return { status: 'done', message: await undo(writer, toolId, true) };
  }
};

/** Gives what came of it, in the user's language. */
const undo = async (writer: ConfigWriter, toolId: string, force: boolean): Promise<string> => {
  const { file, isRemoved, backup, isForgotten = false } = await writer.undo(toolId, { force });
  if (isForgotten) return l10n.t('{0} stays as it is: the copy from before is gone.', file);
  return [
    isRemoved ? l10n.t('Removed {0}, which was not there before.', file) : l10n.t('Restored {0}.', file),
    ...(backup === null ? [] : [l10n.t('The changed file is kept as {0}.', backup)]),
  ].join(' ');
};
