import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { COMMAND_IDS } from '../../../src/extension/command-ids.ts';
import { settingsSchema } from '../../../src/config/settings-schema.ts';
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

  it.each(['toggleServer', 'showLogs', 'signIn', 'setCursorApiKey', 'copyAccessToken', 'createAccessToken'])(
    'always offers %s',
    (id) => {
      expect(manifest.contributes.commands.find(({ command }) => command === `portside.${id}`)).not.toHaveProperty(
        'enablement',
      );
    },
  );

  it('contributes exactly the settings of the schema, and keeps addresses and paths out of workspaces', () => {
    const { properties } = manifest.contributes.configuration;
    expect(Object.keys(properties)).toEqual(Object.keys(settingsSchema.shape).map((name) => `portside.${name}`));
    for (const name of ['port', 'host', 'nodePath', 'backendUrl']) {
      expect(properties[`portside.${name}`]).toMatchObject({ scope: 'machine' });
    }
  });

  it('offers a restart for every setting that a running server does not follow', () => {
    const followed = new Set(['autoStart', 'tryOtherAccounts', 'cursorDataFolder', 'servingFolder']);
    const others = Object.keys(settingsSchema.shape).filter((name) => !followed.has(name));
    expect([...SETTINGS_READ_AT_START].toSorted()).toEqual(others.toSorted());
  });

  it('runs beside the workspace, and has its icon', () => {
    expect(manifest.extensionKind).toEqual(['workspace']);
    expect(existsSync(path.join(PROJECT_ROOT, manifest.icon))).toBe(true);
  });
});
