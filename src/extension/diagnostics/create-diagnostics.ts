import { readFile } from 'node:fs/promises';
import { homedir, hostname, release, userInfo } from 'node:os';
import path from 'node:path';
import { type ExtensionContext, UIKind, env, l10n, version as editorVersion, workspace } from 'vscode';
import type { ActivityHolder } from '../activity-holder.ts';
import { showRemark } from '../notifications.ts';
import type { ServerController } from '../server-controller.ts';
import type { ServicesHolder } from '../services.ts';
import { toDiagnosticsReport } from './diagnostics-report.ts';
import type { PrivateFacts } from './redact.ts';

export interface DiagnosticsOptions {
  readonly context: Pick<ExtensionContext, 'asAbsolutePath' | 'extension'>;
  readonly version: string;
  readonly server: Pick<ServerController, 'state'>;
  readonly services: Pick<ServicesHolder, 'open'>;
  readonly activity: Pick<ActivityHolder, 'log'>;
  readonly recentLines: () => readonly string[];
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

/** `null` where it is not there. */
const readSdkVersion = async (context: DiagnosticsOptions['context']): Promise<string | null> => {
  try {
    const file = context.asAbsolutePath(path.join('node_modules', '@cursor', 'sdk', 'package.json'));
    const manifest: unknown = JSON.parse(await readFile(file, 'utf8'));
    return isRecord(manifest) && typeof manifest['version'] === 'string' ? manifest['version'] : null;
  } catch {
    return null;
  }
};

/** The manifest lists settings in one group or in several. */
const readSettingNames = (manifest: unknown): readonly string[] => {
  const contributes = isRecord(manifest) ? manifest['contributes'] : undefined;
  const configuration = isRecord(contributes) ? contributes['configuration'] : undefined;
  const groups: readonly unknown[] = Array.isArray(configuration) ? configuration : [configuration];
  return groups.flatMap((group) =>
    isRecord(group) && isRecord(group['properties'])
      ? Object.keys(group['properties']).map((key) => key.replace(/^portside\./, ''))
      : [],
  );
};

const readChangedSettings = (manifest: unknown): readonly { readonly name: string; readonly value: unknown }[] => {
  const configuration = workspace.getConfiguration('portside');
  return readSettingNames(manifest)
    .map((name) => ({ name, value: configuration.get<unknown>(name) }))
    .filter(
      ({ name, value }) => JSON.stringify(value) !== JSON.stringify(configuration.inspect<unknown>(name)?.defaultValue),
    );
};

/** Names of accounts are told by nothing else than what knows them; where that fails, the report does not depend on it. */
const readAccountNames = async (services: DiagnosticsOptions['services']): Promise<readonly string[]> => {
  try {
    const { accounts } = await services.open();
    return (await accounts.list()).flatMap(({ name, email }) => (email === null ? [name] : [name, email]));
  } catch {
    return [];
  }
};

const readUserName = (): readonly string[] => {
  try {
    return [userInfo().username];
  } catch {
    return [];
  }
};

const readPrivateFacts = async ({ services, activity, server }: DiagnosticsOptions): Promise<PrivateFacts> => {
  const { state } = server;
  return {
    folders: [homedir(), ...(workspace.workspaceFolders ?? []).map(({ uri }) => uri.fsPath)],
    names: [
      ...readUserName(),
      path.basename(homedir()),
      hostname(),
      ...(workspace.workspaceFolders ?? []).map(({ name }) => name),
      ...(await readAccountNames(services)),
      ...(state.status === 'served-elsewhere' && state.by !== null && state.by.name !== null ? [state.by.name] : []),
      ...(activity.log?.list() ?? []).flatMap(({ tokenName }) =>
        tokenName === null || tokenName === 'default' ? [] : [tokenName],
      ),
    ],
  };
};

/** Makes the command that puts a report for a bug report on the clipboard. */
export const createDiagnostics =
  (options: DiagnosticsOptions): (() => Promise<void>) =>
  async () => {
    const { context, version, server, activity, recentLines } = options;
    const report = toDiagnosticsReport({
      versions: {
        portside: version,
        editor: `${env.appName} ${editorVersion}`,
        node: process.versions.node,
        sdk: await readSdkVersion(context),
      },
      platform: `${process.platform} ${process.arch} ${release()}`,
      remoteName: env.remoteName ?? null,
      isWeb: env.uiKind === UIKind.Web,
      isTrusted: workspace.isTrusted,
      state: server.state,
      settings: readChangedSettings(context.extension.packageJSON),
      requests: activity.log?.list() ?? [],
      logLines: recentLines(),
      privateFacts: await readPrivateFacts(options),
    });
    await env.clipboard.writeText(report);
    showRemark(l10n.t('Copied the diagnostics. Read them once before you publish them.'));
  };
