import path from 'node:path';
import { type ExtensionContext, l10n, workspace } from 'vscode';
import type { Logger } from '../core/logger.ts';
import type { ActivityHolder } from './activity-holder.ts';
import type { Gateway, WhenServed } from '../host/gateway.ts';
import { loadGateway } from './load-gateway.ts';
import { showNotice } from './notifications.ts';
import type { ServicesHolder } from './services.ts';
import { readEditorProxy, readRawSettings } from './settings.ts';
import { type SettingProblem, readSettings } from './settings-reader.ts';
import { toInstancesFolder } from './windows/instances-folder.ts';

/** Makes gateways from what the editor knows: settings, secrets, folders and its window. Loads the server at the first use. */
export const createGatewayFactory = (options: {
  context: Pick<ExtensionContext, 'asAbsolutePath' | 'globalStorageUri'>;
  version: string;
  services: ServicesHolder;
  activity: ActivityHolder;
  logger: Logger;
  /** Whether this window may take over without being asked. */
  mayTakeOver: () => boolean;
}): ((whenServed: WhenServed) => Promise<Gateway>) => {
  const { context, version, services, activity, logger, mayTakeOver } = options;
  let reported = '';

  const report = (problems: readonly SettingProblem[]): void => {
    const text = problems
      .map(({ name, message, defaultValue }) =>
        l10n.t('portside.{0}: {1}. Its default is used: {2}.', name, message, JSON.stringify(defaultValue)),
      )
      .join(' ');
    if (text !== '' && text !== reported) {
      logger.warn(text);
      void showNotice({
        severity: 'warning',
        message: l10n.t('A setting has a value that Portside cannot use. {0}', text),
        actions: [
          {
            title: l10n.t('Open Settings'),
            command: 'workbench.action.openSettings',
            argument: `portside.${problems[0]?.name}`,
          },
        ],
      });
    }
    reported = text;
  };

  return async (whenServed) => {
    const { createGateway, settingsSchema } = await loadGateway();
    const { settings, problems } = readSettings(settingsSchema, readRawSettings);
    report(problems);
    const { accounts, openTokens } = await services.open();
    const { tokens } = await openTokens();
    return createGateway({
      settings,
      tokens,
      accounts,
      proxy: readEditorProxy(),
      logger,
      bridgePath: context.asAbsolutePath(path.join('dist', 'bridge.js')),
      imageConverterPath: context.asAbsolutePath(path.join('dist', 'image-converter.js')),
      dataFolder: context.globalStorageUri.fsPath,
      instancesFolder: toInstancesFolder(process.env),
      self: { kind: 'editor', name: workspace.name ?? workspace.workspaceFolders?.[0]?.name ?? null },
      whenServed,
      mayTakeOver,
      activity: await activity.open(),
      version,
    });
  };
};
