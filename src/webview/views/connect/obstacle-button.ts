import type { Localizer } from '../../../core/localizer.ts';
import type { ObstacleCommand } from '../../../panel/models.ts';
import type { ActionButton } from '../../components/action-button.ts';
import type { ViewContext } from '../../tab-view.ts';

/** The button that takes away what is in the way of connecting. */
export const toObstacleButton = (
  { client, l10n }: Pick<ViewContext, 'client' | 'l10n'>,
  command: ObstacleCommand,
): ActionButton => ({ ...toLook(l10n, command), onClick: () => client.command('run', { command }) });

const toLook = (l10n: Localizer, command: ObstacleCommand): Pick<ActionButton, 'label' | 'icon'> => {
  switch (command) {
    case 'portside.startServer':
      return { label: l10n.t('Start server'), icon: 'play' };
    case 'portside.takeOverServer':
      return { label: l10n.t('Take over'), icon: 'arrow-swap' };
    case 'portside.signIn':
      return { label: l10n.t('Sign in to Cursor'), icon: 'account' };
  }
};
