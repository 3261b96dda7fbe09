import { describe, expect, it } from 'vitest';
import { toDockerConsent } from '../../../src/extension/network/docker-consent.ts';
import { type DockerSituation, planDockerAccess } from '../../../src/extension/network/docker-plan.ts';
import { type RawProxySettings, toProxySettings } from '../../../src/extension/network/editor-proxy.ts';
import { english } from './english.ts';

const NONE = { url: '', bypass: [] };

describe('proxy of the editor', () => {
  it.each<[Partial<RawProxySettings>, unknown]>([
    [{}, NONE],
    [{ proxy: '' }, NONE],
    [{ proxy: ' http://proxy.example:3128 ' }, { url: 'http://proxy.example:3128', bypass: [] }],
    [
      { proxy: 'https://me:secret@proxy.example', noProxy: ['.example.org', '', 5], support: 'override' },
      { url: 'https://me:secret@proxy.example', bypass: ['.example.org'] },
    ],
    [
      { proxy: 'http://proxy.example', noProxy: 'odd' },
      { url: 'http://proxy.example', bypass: [] },
    ],
    [{ proxy: 'http://proxy.example', noProxy: ['a'], support: 'off' }, NONE],
    [{ proxy: 'socks5://proxy.example:1080' }, NONE],
    [{ proxy: 'http://' }, NONE],
    [{ proxy: 7 }, NONE],
  ])('%j', (raw, expected) => {
    expect(toProxySettings({ proxy: undefined, noProxy: undefined, support: undefined, ...raw })).toEqual(expected);
  });
});

const USUAL: DockerSituation = {
  platform: 'linux',
  host: '127.0.0.1',
  allowedHosts: [],
  requireToken: true,
  hasTls: false,
};
const NAME = 'host.docker.internal';

describe('access for containers', () => {
  it.each<[string, Partial<DockerSituation>, object, boolean]>([
    ['Linux', {}, { host: '0.0.0.0', allowedHosts: [NAME] }, true],
    ['macOS', { platform: 'darwin' }, { allowedHosts: [NAME] }, false],
    ['Windows', { platform: 'win32', host: 'localhost' }, { allowedHosts: [NAME] }, false],
    ['an address that is open already', { host: '::' }, { allowedHosts: [NAME] }, true],
    ['a name that is allowed already', { allowedHosts: [NAME] }, { host: '0.0.0.0' }, true],
    ['other names', { platform: 'darwin', allowedHosts: ['box'] }, { allowedHosts: ['box', NAME] }, false],
    ['no token', { requireToken: false }, { host: '0.0.0.0', allowedHosts: [NAME], requireToken: true }, true],
    ['no token on this machine alone', { platform: 'darwin', requireToken: false }, { allowedHosts: [NAME] }, false],
    ['nothing left to do', { host: '0.0.0.0', allowedHosts: [NAME] }, {}, true],
  ])('%s', (_, changes, expected, isOpenToNetwork) => {
    const plan = planDockerAccess({ ...USUAL, ...changes });
    expect(plan.changes).toEqual(expected);
    expect(plan.isOpenToNetwork).toBe(isOpenToNetwork);
  });

  it.each([
    [false, `http://${NAME}:9000/v1`],
    [true, `https://${NAME}:9000/v1`],
  ])('at an address with TLS: %s', (hasTls, url) => {
    expect(planDockerAccess({ ...USUAL, hasTls }).toContainerUrl(9000)).toBe(url);
  });

  it.each<[string, Partial<DockerSituation>, readonly RegExp[], readonly RegExp[], string?]>([
    [
      'another window serves',
      {},
      [/This window then serves instead of another window, notes\./],
      [],
      'another window, notes',
    ],
    [
      'macOS without token',
      { platform: 'darwin', requireToken: false },
      [/No access token is required: every container/],
      [/Other machines/],
    ],
    [
      'Linux',
      {},
      [/listens on 0\.0\.0\.0/, /host\.docker\.internal/, /Other machines/, /nothing is encrypted/],
      [/again/],
    ],
    ['Linux with TLS', { hasTls: true }, [/Other machines/], [/nothing is encrypted/]],
    ['Linux without token', { requireToken: false }, [/tokens are required again/], [/No access token/]],
    ['macOS', { platform: 'darwin' }, [/host\.docker\.internal/], [/listens on/, /Other machines/, /instead of/]],
  ])('%s: asks for consent to what happens', (_, changes, told, untold, takesOverFrom) => {
    const situation = { ...USUAL, ...changes };
    const { hasTls } = situation;
    const text = toDockerConsent(
      planDockerAccess(situation),
      { hasTls, takesOverFrom: takesOverFrom ?? null },
      english,
    );
    for (const words of told) expect(text).toMatch(words);
    for (const words of untold) expect(text).not.toMatch(words);
  });
});
