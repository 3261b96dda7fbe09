import type { InstanceInfo } from '../../host/instances/instance-info.ts';
import type { Localizer } from '../../core/localizer.ts';

/** Who serves instead of this window, in words. */
export const describeServer = (by: InstanceInfo | null, l10n: Localizer): string => {
  if (by === null) return l10n.t('another Portside, which is not known here');
  if (by.kind === 'cli') {
    return by.name === null ? l10n.t('the command line') : l10n.t('the command line in {0}', by.name);
  }
  return by.name === null ? l10n.t('another window') : l10n.t('another window, {0}', by.name);
};
