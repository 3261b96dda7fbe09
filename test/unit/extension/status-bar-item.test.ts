import { describe, expect, it } from 'vitest';
import { readCommandTitles } from '../../../src/extension/command-titles.ts';
import { type StatusBarContext, toStatusBarItem } from '../../../src/extension/status-bar-item.ts';
import type { GatewayState } from '../../../src/host/gateway-state.ts';
import { english } from './english.ts';
import { manifest } from './manifest.ts';
import { OWN_FOLDER_ID, STATES, running } from './states.ts';

const view = (state: GatewayState, changes: Partial<StatusBarContext> = {}) =>
  toStatusBarItem(state, {
    l10n: english,
    version: '1.2.3',
    titleOf: readCommandTitles(manifest),
    forwardedUrl: null,
    takesOver: true,
    dataFolderId: OWN_FOLDER_ID,
    ...changes,
  });

describe('status bar item', () => {
  it.each([
    ['stopped', '$(circle-slash) Portside', 'none', 'portside.toggleServer'],
    ['starting', '$(loading~spin) Portside', 'none', 'portside.showLogs'],
    ['idle', '$(radio-tower) :8765', 'none', 'portside.toggleServer'],
    ['busy', '$(radio-tower) :8765 (3)', 'none', 'portside.showActions'],
    ['connecting', '$(loading~spin) :8765', 'none', 'portside.toggleServer'],
    ['signedOut', '$(key) :8765 not signed in', 'warning', 'portside.signIn'],
    ['signedOutWithoutBridge', '$(key) :8765 not signed in', 'warning', 'portside.signIn'],
    ['expired', '$(key) :8765 sign-in expired', 'warning', 'portside.signIn'],
    ['refused', '$(key) :8765 sign-in refused', 'warning', 'portside.signIn'],
    ['expiring', '$(radio-tower) :8765', 'none', 'portside.toggleServer'],
    ['rateLimited', '$(radio-tower) :8765', 'none', 'portside.toggleServer'],
    ['noToken', '$(unlock) :8765', 'warning', 'portside.toggleServer'],
    ['noTokenBusy', '$(unlock) :8765 (2)', 'warning', 'portside.showActions'],
    ['open', '$(unlock) :8765', 'warning', 'portside.toggleServer'],
    ['openWithTls', '$(globe) :8765', 'none', 'portside.toggleServer'],
    ['proxyUnsupported', '$(radio-tower) :8765', 'none', 'portside.toggleServer'],
    ['otherWindow', '$(link) :8765', 'none', 'portside.showActions'],
    ['otherNamelessWindow', '$(link) :8765', 'none', 'portside.showActions'],
    ['commandLine', '$(link) :8765', 'none', 'portside.showActions'],
    ['unknownPortside', '$(link) :8765', 'none', 'portside.showActions'],
    ['unavailable', '$(warning) :8765', 'warning', 'portside.showActions'],
    ['givenUp', '$(warning) :8765', 'warning', 'portside.showActions'],
    ['portInUse', '$(error) Portside', 'error', 'portside.showActions'],
    ['cannotListen', '$(error) Portside', 'error', 'portside.showActions'],
    ['cannotStart', '$(error) Portside', 'error', 'portside.showActions'],
  ] as const)('%s: %s', (name, text, severity, command) => {
    expect(view(STATES[name])).toMatchObject({ text, severity, command });
  });

  it.each(Object.entries(STATES))('%s: tells a screen reader more than icons', (_, state) => {
    const { accessibilityLabel } = view(state);
    expect(accessibilityLabel).toMatch(/^Portside: [A-Z]/);
    expect(accessibilityLabel).not.toContain('$(');
  });

  it.each([
    ['noToken', 'No access token is required'],
    ['open', 'is not encrypted'],
    ['openWithTls', 'Other machines can reach this server'],
  ] as const)('%s: tells a screen reader of the warning', (name, text) => {
    expect(view(STATES[name]).accessibilityLabel).toContain(text);
  });

  it.each(Object.entries(STATES))(
    '%s: every link of the tooltip is a command of the manifest, and allowed',
    (_, state) => {
      const { tooltipMarkdown, tooltipCommands } = view(state);
      const links = [...tooltipMarkdown.matchAll(/\[([^\]]+)\]\(command:([^)]+)\)/g)];
      expect(links.map(([, title, command]) => ({ title, command }))).toEqual(
        tooltipCommands
          .map((id) => manifest.contributes.commands.find(({ command }) => command === id))
          .map((found) => ({
            title: found?.title,
            command: found?.command,
          })),
      );
      expect(links.length).toBeGreaterThan(0);
    },
  );

  it.each([
    ['idle', '`http://127.0.0.1:8765/v1`'],
    ['idle', String.raw`**Portside** 1\.2\.3`],
    ['idle', String.raw`Cursor account: me@example\.org \(pro\)`],
    ['expiring', 'The sign\\-in expires on '],
    ['rateLimited', 'limits the rate of requests'],
    ['noToken', '**Warning:** No access token is required'],
    ['open', '**Warning:** Other machines can reach this server'],
    ['open', 'is not encrypted'],
    ['openWithTls', '**Warning:** Other machines can reach this server'],
    ['proxyUnsupported', '**Warning:** An HTTP proxy is set'],
    ['otherWindow', 'Served on port 8765 by another window, notes'],
    ['otherWindow', 'takes over when that one goes'],
    ['otherWindow', '`http://127.0.0.1:8765/v1`'],
    ['otherNamelessWindow', String.raw`by another window\.`],
    ['commandLine', 'by the command line in work'],
    ['unknownPortside', 'by another Portside, which is not known here'],
    ['unavailable', String.raw`It ended with code 1\.`],
    ['givenUp', String.raw`It ended 5 times in 3 minutes\.`],
    ['portInUse', String.raw`Port 8765 is in use\.`],
    ['cannotListen', String.raw`No such address: 10\.9\.8\.7\.`],
  ] as const)('%s: the tooltip holds %s', (name, text) => {
    expect(view(STATES[name]).tooltipMarkdown).toContain(text);
  });

  it('shows the forwarded address before the own one', () => {
    const { tooltipMarkdown } = view(STATES.idle, { forwardedUrl: 'http://localhost:50123/v1' });
    expect(tooltipMarkdown).toMatch(
      /`http:\/\/localhost:50123\/v1`[^]*remote machine[^]*`http:\/\/127\.0\.0\.1:8765\/v1`/,
    );
  });

  it.each([
    ['otherWindow', 'portside.takeOverServer', true],
    ['commandLine', 'portside.takeOverServer', true],
    ['unknownPortside', 'portside.takeOverServer', false],
    ['otherWindow', 'portside.copyAccessToken', true],
    ['otherEditor', 'portside.copyAccessToken', false],
    ['commandLine', 'portside.copyAccessToken', false],
    ['idle', 'portside.switchAccount', true],
    ['idle', 'portside.signIn', false],
    ['refused', 'portside.signIn', true],
    ['expiring', 'portside.signIn', true],
    ['expiring', 'portside.switchAccount', true],
  ] as const)('%s: offers %s: %s', (name, command, isOffered) => {
    expect(view(STATES[name]).tooltipCommands.includes(command)).toBe(isOffered);
  });

  it('promises to take over only where the settings let it', () => {
    const { tooltipMarkdown } = view(STATES.otherWindow, { takesOver: false });
    expect(tooltipMarkdown).toContain('servingFolder');
    expect(tooltipMarkdown).not.toContain('This window takes over');
  });

  it('does not let a message from elsewhere become a link or an icon', () => {
    const reason = '[click](command:workbench.action.quit) $(flame) <b>';
    const { tooltipMarkdown } = view(running({ bridge: 'unavailable', bridgeReason: reason }));
    expect(tooltipMarkdown).not.toContain('](command:workbench');
    expect(tooltipMarkdown).not.toContain('$(flame)');
    expect(tooltipMarkdown).not.toContain('<b>');
  });

  it('does not let the name of another window become a link', () => {
    const by = {
      id: '1',
      kind: 'editor',
      name: '[click](command:workbench.action.quit)',
      processId: 7,
      dataFolderId: OWN_FOLDER_ID,
    } as const;
    const state = { status: 'served-elsewhere', baseUrl: 'http://127.0.0.1:8765/v1', port: 8765, by } as const;
    expect(view(state).tooltipMarkdown).not.toContain('](command:workbench');
  });
});
