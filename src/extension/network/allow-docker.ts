import { env, l10n, window } from 'vscode';
import { showRemark } from '../notifications.ts';
import type { RestartOffer } from '../restart-offer.ts';
import type { ServerController } from '../server-controller.ts';
import { readRawSettings, writeSetting } from '../settings.ts';
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

/** Lets containers reach the server, in one step: address, host name and the warning that belongs to them. */
export const allowDocker = async (options: {
  server: ServerController;
  restartOffer: RestartOffer;
  launch: (action: 'start' | 'restart') => Promise<void>;
}): Promise<void> => {
  const { server, restartOffer, launch } = options;
  const hasTls = readText(readRawSettings('tlsCertificatePath')) !== '';
  const plan = planDockerAccess({
    platform: process.platform,
    host: readText(readRawSettings('host')),
    allowedHosts: readTexts(readRawSettings('allowedHosts')),
    requireToken: readRawSettings('requireToken') !== false,
    hasTls,
  });
  if (Object.keys(plan.changes).length > 0) {
    const allow = l10n.t('Allow and Restart');
    const chosen = await window.showWarningMessage(
      l10n.t('Let Docker containers reach Portside?'),
      { modal: true, detail: toDockerConsent(plan, hasTls, l10n) },
      allow,
    );
    if (chosen !== allow) return;
    await restartOffer.pauseDuring(async () => {
      await applyPlan(plan);
      await launch(server.state.status === 'running' ? 'restart' : 'start');
    });
  }
  const { state } = server;
  const port = 'port' in state ? state.port : Number(readRawSettings('port'));
  // Shown until it is closed: the command has done its work.
  void offerUrl(plan.toContainerUrl(port));
};
