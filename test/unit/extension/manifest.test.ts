import { readFileSync } from 'node:fs';
import path from 'node:path';
import { PNG } from 'pngjs';
import { describe, expect, it } from 'vitest';
import { COMMAND_IDS } from '../../../src/extension/command-ids.ts';
import { SETTING_GROUPS } from '../../../src/config/setting.ts';
import { settingsSchema } from '../../../src/config/settings-schema.ts';
import { CONFIG_PREVIEW_SCHEME } from '../../../src/extension/connect/config-preview-scheme.ts';
import { SETTINGS_READ_AT_START } from '../../../src/extension/settings-snapshot.ts';
import { PROJECT_ROOT, manifest, manifestTexts, rawManifest } from './manifest.ts';

describe('manifest', () => {
  it('contributes exactly the commands that have handlers', () => {
    expect(manifest.contributes.commands.map(({ command }) => command)).toEqual([...COMMAND_IDS]);
  });

  it('has a text for every key, and no text that is not used', () => {
    const keys = [...JSON.stringify(rawManifest).matchAll(/"%([^%"]+)%"/g)].map(([, key]) => key);
    expect(new Set(keys)).toEqual(new Set(Object.keys(manifestTexts)));
  });

  it('reads only context keys that are set', () => {
    const source = readFileSync(path.join(PROJECT_ROOT, 'src/extension/context-keys.ts'), 'utf8');
    const keys = manifest.contributes.commands.flatMap(({ enablement }) => enablement?.match(/portside\.\w+/g) ?? []);
    expect(keys.length).toBeGreaterThan(0);
    for (const key of keys) expect(source).toContain(`'${key}'`);
  });

  it.each([
    // Starts or stops, whatever there is to do; without trust there is no start.
    ['toggleServer', 'isWorkspaceTrusted || portside.running || portside.servedElsewhere'],
    ['startServer', 'isWorkspaceTrusted && !portside.running && !portside.starting && !portside.servedElsewhere'],
    ['stopServer', 'portside.running || portside.starting || portside.servedElsewhere'],
    ['restartServer', 'isWorkspaceTrusted && (portside.running || portside.servedElsewhere)'],
    ['takeOverServer', 'isWorkspaceTrusted && portside.canTakeOver'],
    ['copyBaseUrl', 'portside.running || portside.servedElsewhere'],
    // Tokens and accounts need no server.
    ['copyAccessToken', undefined],
    ['createAccessToken', undefined],
    ['revokeAccessToken', undefined],
    ['rotateAccessToken', undefined],
    ['signIn', undefined],
    ['setCursorApiKey', undefined],
    ['switchAccount', 'portside.hasAccount'],
    ['signOut', 'portside.hasStoredAccount'],
    ['allowDocker', 'isWorkspaceTrusted'],
    ['changePort', undefined],
    ['openPanel', undefined],
    // Says itself that the server has to run.
    ['connectTool', undefined],
    // Only beside the difference that they answer for.
    ['confirmConfigChange', `resourceScheme == ${CONFIG_PREVIEW_SCHEME}`],
    ['declineConfigChange', `resourceScheme == ${CONFIG_PREVIEW_SCHEME}`],
    ['showLogs', undefined],
    ['openSettings', undefined],
    ['copyDiagnostics', undefined],
    ['showActions', undefined],
  ])('offers %s always, or where it can do something: %s', (id, enablement) => {
    expect(manifest.contributes.commands.find(({ command }) => command === `portside.${id}`)?.enablement).toBe(
      enablement,
    );
  });

  it.each(['startServer', 'restartServer', 'takeOverServer'])(
    'shows %s above the panel only where it can do something',
    (id) => {
      const command = `portside.${id}`;
      const [button] = manifest.contributes.menus['view/title']?.filter((each) => each.command === command) ?? [];
      const { enablement } = manifest.contributes.commands.find((each) => each.command === command) ?? {};
      expect(button?.when).toBe(`view == portside.panel && ${enablement}`);
    },
  );

  it.each(['confirmConfigChange', 'declineConfigChange'])(
    'offers %s above a shown difference, and nowhere else',
    (id) => {
      const places = Object.entries(manifest.contributes.menus).flatMap(([menu, items]) =>
        items.filter(({ command }) => command === `portside.${id}`).map(({ when }) => [menu, when]),
      );
      expect(places).toEqual([
        ['commandPalette', 'false'],
        ['editor/title', `resourceScheme == ${CONFIG_PREVIEW_SCHEME}`],
      ]);
    },
  );

  it('contributes exactly the settings of the schema, grouped and in order, and keeps addresses and paths out of workspaces', () => {
    const groups = manifest.contributes.configuration;
    expect(groups.map(({ title, order }) => [title, order])).toEqual(
      Object.values(SETTING_GROUPS).map((title, index) => [title, index + 1]),
    );
    for (const { properties } of groups) {
      const orders = Object.values(properties).map(({ order }) => order);
      expect(orders).toEqual(orders.map((_, index) => index + 1));
    }
    const properties = Object.assign({}, ...groups.map((group) => group.properties));
    expect(Object.keys(properties)).toEqual(Object.keys(settingsSchema.shape).map((name) => `portside.${name}`));
    for (const name of ['port', 'host', 'nodePath', 'backendUrl']) {
      expect(properties[`portside.${name}`]).toMatchObject({ scope: 'machine' });
    }
  });

  it('links a setting from the description of another', () => {
    expect(manifestTexts['configuration.tlsCertificatePath']).toContain('`#portside.tlsKeyPath#`');
  });

  it('leads through four steps, by commands that there are, to what is really done', () => {
    const [walkthrough] = manifest.contributes.walkthroughs;
    expect(walkthrough?.steps).toHaveLength(4);
    const keys = readFileSync(path.join(PROJECT_ROOT, 'src/extension/context-keys.ts'), 'utf8');
    for (const { description, media, completionEvents } of walkthrough?.steps ?? []) {
      const commands = [...description.matchAll(/\(command:(portside\.\w+)/g)].map(([, id]) => id);
      expect(commands.length).toBeGreaterThan(0);
      expect(COMMAND_IDS).toEqual(expect.arrayContaining(commands));
      // An event is lost where it came before the editor knew of the walkthrough: so it counts when that is opened, too.
      const [early = [], late = []] = [false, true].map((isLate) =>
        completionEvents.filter((event) => event.endsWith(' && activeEditor == gettingStartedPage') === isLate),
      );
      expect(late).toEqual(early.map((event) => `${event} && activeEditor == gettingStartedPage`));
      const events = early.map((event) => /^onContext:(portside\.\w+)$/.exec(event)?.[1]);
      expect(events.length).toBeGreaterThan(0);
      for (const key of events) expect(keys).toContain(`'${key}'`);
      const picture = readFileSync(path.join(PROJECT_ROOT, media.svg), 'utf8');
      expect(picture).toContain('var(--vscode-');
      // Colours of its own would be lost in some theme.
      expect(picture).not.toMatch(/(?:fill|stroke)="(?!none|var\()/);
    }
  });

  it('offers a restart for every setting that a running server does not follow', () => {
    const followed = new Set(['autoStart', 'showStatusBar', 'tryOtherAccounts', 'cursorDataFolder', 'servingFolder']);
    const others = Object.keys(settingsSchema.shape).filter((name) => !followed.has(name));
    expect([...SETTINGS_READ_AT_START].toSorted()).toEqual(others.toSorted());
  });

  it('runs beside the workspace, and has its icon', () => {
    expect(manifest.extensionKind).toEqual(['workspace']);
    const icon = PNG.sync.read(readFileSync(path.join(PROJECT_ROOT, manifest.icon)));
    expect(Math.min(icon.width, icon.height)).toBeGreaterThanOrEqual(128);
    expect(icon.width).toBe(icon.height);
  });
});
