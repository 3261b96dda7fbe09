import type { Localizer } from '../../core/localizer.ts';
import { toGatewayFailure } from '../to-gateway-failure.ts';
import { readUncopiedFile } from './read-uncopied-file.ts';

/**
 * What failed as a configuration was written or undone, in the user's language; `null` where it is a file that cannot be used,
 * of which the failure itself tells. Pure.
 */
export const describeConfigFailure = (error: unknown, action: 'write' | 'undo', l10n: Localizer): string | null => {
  const code = toGatewayFailure(error)?.code ?? null;
  if (code === 'conflict' && action === 'write') {
    return l10n.t('The file has changed in the meantime. Look at the difference again.');
  }
  const uncopiedFile = readUncopiedFile(error);
  if (uncopiedFile !== null) {
    return l10n.t('The copy of {0} from before is gone, so it cannot be put back as it was.', uncopiedFile);
  }
  if (code === 'conflict') {
    return l10n.t('The file was changed since Portside wrote it. Undoing takes those changes back as well.');
  }
  if (code === 'not_found' && action === 'undo') {
    return l10n.t('Nothing was written for this tool that could be undone.');
  }
  return null;
};
