import { env, l10n, window } from 'vscode';
import { assertNever } from '../../core/assert-never.ts';
import type { GatewayState } from '../../host/gateway-state.ts';
import type { CommandTitles } from '../command-titles.ts';
import { runApart, showNotice, showRemark } from '../notifications.ts';
import type { RestartOffer } from '../restart-offer.ts';
import type { ServerController } from '../server-controller.ts';
import { readRawSettings, writeSetting } from '../settings.ts';
import { describeServer } from '../windows/describe-server.ts';
import type { Launcher } from '../windows/launcher.ts';
import { toDockerConsent } from './docker-consent.ts';
import { type DockerPlan, planDockerAccess } from './docker-plan.ts';

const readText = (value: unknown): string => (typeof value === 'string' ? value.trim() : '');

const readTexts = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((each: unknown): each is string => typeof each === 'string') : [];

const applyPlan = async ({ changes }: DockerPlan): Promise<void> => {
  const { host, allowedHosts, requireToken } = changes;
  // First what closes, then what opens.
  if (requireToken !== undefined) await writeSetting('requireToken', requireToken);
  if (allowedHosts !== undefined) await writeSetting('allowedHosts', allowedHosts);
  if (host !== undefined) await writeSetting('host', host);
};

const offerUrl = async (url: string): Promise<void> => {
  const copy = l10n.t('Copy URL');
  const chosen = await window.showInformationMessage(l10n.t('Containers reach Portside at {0}', url), copy);
  if (chosen !== copy) return;
  await env.clipboard.writeText(url);
  showRemark(l10n.t('Copied {0}', url));
};

/** Says where containers find the server, or why they do not. */
const tellOutcome = (state: GatewayState, plan: DockerPlan, titleOf: CommandTitles): void => {
  switch (state.status) {
    case 'running':
      // Shown until it is closed: the command has done its work.
      runApart(() => offerUrl(plan.toContainerUrl(state.port)));
      return;
    case 'served-elsewhere':
      void showNotice({
        severity: 'warning',
        message: l10n.t(
          'Containers may not reach Portside yet: it is served on port {0} by {1}, with settings of its own.',
          state.port,
          describeServer(state.by, l10n),
        ),
        actions:
          state.by === null ? [] : [{ title: titleOf('portside.takeOverServer'), command: 'portside.takeOverServer' }],
      });
      return;
    case 'stopped':
    case 'starting':
      void showNotice({
        severity: 'info',
        message: l10n.t('Containers are let in as soon as the Portside server runs.'),
        actions: [{ title: titleOf('portside.startServer'), command: 'portside.startServer' }],
      });
      return;
    case 'failed':
      void showNotice({
        severity: 'error',
        message: state.message,
        actions: [{ title: titleOf('portside.startServer'), command: 'portside.startServer' }],
      });
      return;
    default:
      assertNever(state);
  }
};

/** Lets containers reach the server, in one step: address, host name and the warning that belongs to them. */
export const allowDocker = async (options: {
  server: ServerController;
  restartOffer: RestartOffer;
  launcher: Launcher;
  titleOf: CommandTitles;
}): Promise<void> => {
  const { server, restartOffer, launcher, titleOf } = options;
  const hasTls = readText(readRawSettings('tlsCertificatePath')) !== '';
  const plan = planDockerAccess({
    platform: process.platform,
    host: readText(readRawSettings('host')),
    allowedHosts: readTexts(readRawSettings('allowedHosts')),
    requireToken: readRawSettings('requireToken') !== false,
    hasTls,
  });
  if (Object.keys(plan.changes).length === 0) {
    tellOutcome(server.state, plan, titleOf);
    return;
  }
  const { state } = server;
  const allow = l10n.t('Allow and Restart');
  const takesOverFrom =
    state.status === 'served-elsewhere' && state.by !== null ? describeServer(state.by, l10n) : null;
  const chosen = await window.showWarningMessage(
    l10n.t('Let Docker containers reach Portside?'),
    { modal: true, detail: toDockerConsent(plan, { hasTls, takesOverFrom }, l10n) },
    allow,
  );
  if (chosen !== allow) return;
  await restartOffer.pauseDuring(async () => {
    await applyPlan(plan);
    await launcher.launch(takesOverFrom === null ? 'restart' : 'restartInstead');
  });
  // A failure to start was told by the launcher.
  if (server.state.status !== 'failed') tellOutcome(server.state, plan, titleOf);
};
