import type { Localizer } from '../../core/localizer.ts';
import { DOCKER_HOST, type DockerPlan } from './docker-plan.ts';

/** What a user agrees to who lets containers in, in words. `takesOverFrom` is who serves until then. Pure. */
export const toDockerConsent = (
  plan: DockerPlan,
  { hasTls, takesOverFrom }: { readonly hasTls: boolean; readonly takesOverFrom: string | null },
  l10n: Localizer,
): string => {
  const { host, allowedHosts, requireToken } = plan.changes;
  return [
    ...(host === undefined
      ? []
      : [l10n.t('The server listens on {0} instead of this machine alone (setting portside.host).', host)]),
    ...(allowedHosts === undefined
      ? []
      : [l10n.t('Requests to {0} are let in (setting portside.allowedHosts).', DOCKER_HOST)]),
    ...(requireToken === undefined
      ? []
      : [l10n.t('Access tokens are required again (setting portside.requireToken).')]),
    ...(plan.needsToken
      ? []
      : [l10n.t('No access token is required: every container can then use your Cursor account.')]),
    ...(takesOverFrom === null ? [] : [l10n.t('This window then serves instead of {0}.', takesOverFrom)]),
    ...(plan.isOpenToNetwork
      ? [
          hasTls
            ? l10n.t('Other machines of your network can then reach the port too. They need an access token.')
            : l10n.t(
                'Other machines of your network can then reach the port too. They need an access token, but nothing is encrypted, the token included.',
              ),
          l10n.t('Start containers with --add-host={0}:host-gateway.', DOCKER_HOST),
        ]
      : []),
  ].join('\n\n');
};
