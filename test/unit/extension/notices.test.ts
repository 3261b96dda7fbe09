import { describe, expect, it } from 'vitest';
import { type Notice, toChangeNotice, toStartNotice } from '../../../src/extension/notices.ts';
import { english } from './english.ts';
import { manifest } from './manifest.ts';
import { STATES } from './states.ts';

type StateName = keyof typeof STATES;

const summarize = (notice: Notice | null) =>
  notice === null ? null : [notice.severity, ...notice.actions.map(({ command }) => command)];

const AFTER_START: Record<StateName, readonly string[] | null> = {
  stopped: null,
  starting: null,
  idle: null,
  busy: null,
  connecting: null,
  unavailable: null,
  givenUp: null,
  signedOut: ['warning', 'portside.setCursorApiKey'],
  signedOutWithoutBridge: ['warning', 'portside.setCursorApiKey'],
  portInUse: ['error', 'portside.changePort', 'portside.startServer'],
  cannotListen: ['error', 'workbench.action.openSettings', 'portside.showLogs'],
  cannotStart: ['error', 'portside.showLogs', 'portside.startServer'],
};

const names = Object.keys(STATES).filter((name): name is StateName => name in STATES);

describe('notices', () => {
  it.each(names)('after a start that ended %s', (name) => {
    expect(summarize(toStartNotice(STATES[name], english))).toEqual(AFTER_START[name]);
  });

  it('names the port that is taken', () => {
    expect(toStartNotice(STATES.portInUse, english)?.message).toContain('8765');
  });

  it.each([
    ['idle', 'givenUp', true],
    ['unavailable', 'givenUp', true],
    ['givenUp', 'givenUp', false],
    ['idle', 'unavailable', false],
    ['idle', 'signedOut', false],
    ['idle', 'stopped', false],
    ['starting', 'portInUse', false],
  ] as const)('from %s to %s nobody is disturbed unless the bridge is given up', (previous, next, isShown) => {
    const notice = toChangeNotice(STATES[next], STATES[previous], english);
    expect(summarize(notice)).toEqual(isShown ? ['error', 'portside.restartServer', 'portside.showLogs'] : null);
  });

  it('offers commands that exist, and at most two', () => {
    const known = manifest.contributes.commands.map(({ command }) => command);
    for (const state of Object.values(STATES)) {
      const notices = [toStartNotice(state, english), toChangeNotice(state, STATES.idle, english)];
      for (const { actions } of notices.filter((notice) => notice !== null)) {
        expect(actions.length).toBeLessThanOrEqual(2);
        const ours = actions.map(({ command }) => command).filter((command) => command.startsWith('portside.'));
        expect(known).toEqual(expect.arrayContaining(ours));
      }
    }
  });
});
