import { describe, expect, it } from 'vitest';
import { type Notice, toAutoStartNotice, toChangeNotice, toStartNotice } from '../../../src/extension/notices.ts';
import { toExpiryNotice } from '../../../src/extension/accounts/expiry-notice.ts';
import { english } from './english.ts';
import { manifest } from './manifest.ts';
import { STATES, anAccount } from './states.ts';

type StateName = keyof typeof STATES;

const summarize = (notice: Notice | null) =>
  notice === null ? null : [notice.severity, ...notice.actions.map(({ command }) => command)];

const OPEN_SETTINGS = ['error', 'workbench.action.openSettings', 'portside.showLogs'];

/** What is said beside nothing. */
const AFTER_START: Partial<Record<StateName, readonly string[]>> = {
  otherWindow: ['info', 'portside.takeOverServer'],
  otherNamelessWindow: ['info', 'portside.takeOverServer'],
  otherEditor: ['info', 'portside.takeOverServer'],
  commandLine: ['info', 'portside.takeOverServer'],
  unknownPortside: ['info', 'portside.changePort'],
  portInUse: ['error', 'portside.changePort', 'portside.startServer'],
  cannotListen: OPEN_SETTINGS,
  cannotStart: OPEN_SETTINGS,
};

const names = Object.keys(STATES).filter((name): name is StateName => name in STATES);

describe('notices', () => {
  it.each(names)('after a start that ended %s', (name) => {
    expect(summarize(toStartNotice(STATES[name], english))).toEqual(AFTER_START[name] ?? null);
  });

  it.each(names)('after a start that nobody asked for and that ended %s', (name) => {
    const isFailed = STATES[name].status === 'failed';
    expect(summarize(toAutoStartNotice(STATES[name], english))).toEqual(isFailed ? AFTER_START[name] : null);
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

  it.each([
    ['idle', 'refused', true],
    ['idle', 'expired', true],
    ['expiring', 'expired', true],
    ['refused', 'refused', false],
    ['expired', 'refused', false],
    ['refused', 'idle', false],
    ['starting', 'refused', false],
    ['idle', 'rateLimited', false],
    ['signedOut', 'refused', false],
  ] as const)('from %s to %s the user is asked to sign in again: %s', (previous, next, isShown) => {
    const notice = toChangeNotice(STATES[next], STATES[previous], english);
    expect(summarize(notice)).toEqual(isShown ? ['warning', 'portside.signIn'] : null);
    if (isShown) expect(notice?.message).toContain('me@example.org');
  });

  it('announces the end of a sign-in with its day', () => {
    const account = anAccount({ status: 'expiring' });
    const notice = toExpiryNotice(account, english, 'en-GB');
    expect(notice.message).toBe('Cursor account me@example.org (pro): The sign-in expires on 15 Jan 2027.');
    expect(summarize(notice)).toEqual(['warning', 'portside.signIn']);
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
