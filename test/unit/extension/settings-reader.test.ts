import { describe, expect, it } from 'vitest';
import { type Settings, settingsSchema } from '../../../src/config/settings-schema.ts';
import { readSettings } from '../../../src/extension/settings-reader.ts';
import { takeSettingsSnapshot } from '../../../src/extension/settings-snapshot.ts';

const DEFAULTS = settingsSchema.parse({});

const read = (values: Record<string, unknown>) => readSettings(settingsSchema, (name) => values[name]);

describe('settings of the editor', () => {
  it.each<[string, Record<string, unknown>, Partial<Settings>]>([
    ['none', {}, {}],
    ['a port', { port: 9000 }, { port: 9000 }],
    ['port 0', { port: 0 }, { port: 0 }],
    ['spaces around text', { host: ' 0.0.0.0 ' }, { host: '0.0.0.0' }],
    ['a simulator', { backendUrl: 'http://127.0.0.1:4000' }, { backendUrl: 'http://127.0.0.1:4000' }],
    ['an empty address', { backendUrl: '' }, { backendUrl: '' }],
    ['one that is not ours', { volume: 11 }, {}],
  ])('takes %s', (_, values, expected) => {
    expect(read(values)).toEqual({ settings: { ...DEFAULTS, ...expected }, problems: [] });
  });

  it.each<[keyof Settings, unknown]>([
    ['port', '8765'],
    ['port', 65_536],
    ['port', -1],
    ['port', 80.5],
    ['port', null],
    ['host', ''],
    ['host', '   '],
    ['defaultModel', 5],
    ['autoStart', 'yes'],
    ['requestTimeoutSeconds', 0],
    ['backendUrl', 'ftp://example.org'],
    ['backendUrl', 'nonsense'],
  ])('replaces %s = %j by its default and says so', (name, value) => {
    const { settings, problems } = read({ defaultModel: 'gpt-5', [name]: value });
    expect(settings).toEqual({ ...DEFAULTS, ...(name !== 'defaultModel' && { defaultModel: 'gpt-5' }) });
    expect(problems).toEqual([{ name, message: expect.stringMatching(/\w/), defaultValue: DEFAULTS[name] }]);
  });

  it('reports every bad value', () => {
    const { problems } = read({ port: 'x', host: 7 });
    expect(problems.map(({ name }) => name)).toEqual(['port', 'host']);
  });

  it.each([
    ['port', 9000, true],
    ['defaultModel', 'gpt-5', true],
    ['autoStart', true, false],
    ['allowedHosts', ['host.docker.internal'], true],
    ['tryOtherAccounts', true, false],
  ])('a changed %s makes a restart worth while: %j, %s', (name, value, isDifferent) => {
    const before = takeSettingsSnapshot(() => undefined);
    const after = takeSettingsSnapshot((asked) => (asked === name ? value : undefined));
    expect(before !== after).toBe(isDifferent);
  });
});
