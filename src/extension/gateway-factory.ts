import path from 'node:path';
import { type ExtensionContext, l10n } from 'vscode';
import type { Logger } from '../core/logger.ts';
import type { Gateway } from '../host/gateway.ts';
import { loadGateway } from './load-gateway.ts';
import { showNotice } from './notifications.ts';
import type { Secrets } from './secrets.ts';
import { readRawSettings } from './settings.ts';
import { type SettingProblem, readSettings } from './settings-reader.ts';

export interface GatewayFactory {
  readonly createGateway: () => Promise<Gateway>;
  /** The token that clients must send; made where there is none yet. */
  readonly getAccessToken: () => Promise<string>;
}

/** Makes gateways from what the editor knows: settings, secrets and folders. Loads the server at the first use. */
export const createGatewayFactory = (options: {
  context: Pick<ExtensionContext, 'asAbsolutePath' | 'globalStorageUri'>;
  version: string;
  secrets: Secrets;
  logger: Logger;
}): GatewayFactory => {
  const { context, version, secrets, logger } = options;
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

  const getAccessToken = async (): Promise<string> => {
    const { generateAccessToken } = await loadGateway();
    return secrets.getAccessToken(generateAccessToken);
  };

  return {
    getAccessToken,
    async createGateway() {
      const { createGateway, settingsSchema } = await loadGateway();
      const { settings, problems } = readSettings(settingsSchema, readRawSettings);
      report(problems);
      return createGateway({
        settings,
        accessToken: await getAccessToken(),
        credentials: secrets,
        logger,
        bridgePath: context.asAbsolutePath(path.join('dist', 'bridge.js')),
        imageConverterPath: context.asAbsolutePath(path.join('dist', 'image-converter.js')),
        dataFolder: context.globalStorageUri.fsPath,
        version,
      });
    },
  };
};
