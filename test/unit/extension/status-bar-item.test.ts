import { describe, expect, it } from 'vitest';
import { readCommandTitles } from '../../../src/extension/command-titles.ts';
import { toStatusBarItem } from '../../../src/extension/status-bar-item.ts';
import type { GatewayState } from '../../../src/host/gateway-state.ts';
import { english } from './english.ts';
import { manifest } from './manifest.ts';
import { STATES, running } from './states.ts';

const view = (state: GatewayState) =>
  toStatusBarItem(state, { l10n: english, version: '1.2.3', titleOf: readCommandTitles(manifest) });

describe('status bar item', () => {
  it.each([
    ['stopped', '$(circle-slash) Portside', 'none', 'portside.toggleServer'],
    ['starting', '$(loading~spin) Portside', 'none', 'portside.showLogs'],
    ['idle', '$(radio-tower) :8765', 'none', 'portside.toggleServer'],
    ['busy', '$(radio-tower) :8765 (3)', 'none', 'portside.showActions'],
    ['connecting', '$(loading~spin) :8765', 'none', 'portside.toggleServer'],
    ['signedOut', '$(key) :8765 no API key', 'warning', 'portside.setCursorApiKey'],
    ['signedOutWithoutBridge', '$(key) :8765 no API key', 'warning', 'portside.setCursorApiKey'],
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
    ['unavailable', String.raw`It ended with code 1\.`],
    ['givenUp', String.raw`It ended 5 times in 3 minutes\.`],
    ['portInUse', String.raw`Port 8765 is in use\.`],
    ['cannotListen', String.raw`No such address: 10\.9\.8\.7\.`],
  ] as const)('%s: the tooltip holds %s', (name, text) => {
    expect(view(STATES[name]).tooltipMarkdown).toContain(text);
  });

  it('does not let a message from elsewhere become a link or an icon', () => {
    const reason = '[click](command:workbench.action.quit) $(flame) <b>';
    const { tooltipMarkdown } = view(running({ bridge: 'unavailable', bridgeReason: reason }));
    expect(tooltipMarkdown).not.toContain('](command:workbench');
    expect(tooltipMarkdown).not.toContain('$(flame)');
    expect(tooltipMarkdown).not.toContain('<b>');
  });
});
