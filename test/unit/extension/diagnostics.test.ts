import { describe, expect, it } from 'vitest';
import { describeSetting } from '../../../src/extension/diagnostics/describe-setting.ts';
import { type DiagnosticsFacts, toDiagnosticsReport } from '../../../src/extension/diagnostics/diagnostics-report.ts';
import { keepRecentLog } from '../../../src/extension/diagnostics/recent-log.ts';
import { redactPrivate, redactSecrets } from '../../../src/extension/diagnostics/redact.ts';
import { aRequest } from './panel/requests.ts';
import { OWN_FOLDER_ID, STATES, anAccount, running } from './states.ts';

const TOKEN = `portside_${'Ab-_9'.repeat(9)}`.slice(0, 52);
const KEY = `crsr_${'0123456789abcdef'.repeat(4)}`;
const OTHER_KEY = 'sk-proj-abcdefghijklmnopqrstuvwx';
const JWT = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.c2lnbmF0dXJl';
const EMAIL = 'jane.doe+work@mail.example.org';
const HOME = '/home/janedoe';
const WINDOWS_HOME = String.raw`C:\Users\janedoe`;
const ACCOUNT = 'work account of jane';
const HOST = 'janes-laptop';
const FOLDER = 'secret-project';

const SESSION = 'acme-merger';

const SECRETS = [TOKEN, KEY, OTHER_KEY, JWT, EMAIL, 'janedoe', SESSION, ACCOUNT, HOST, FOLDER];
/** Every secret in one text, in the ways that they come in logs. */
const LEAK = [
  TOKEN,
  `Authorization: Bearer ${TOKEN}`,
  `{"apiKey":"${KEY}"}`,
  `key=${OTHER_KEY}`,
  `session ${JWT}`,
  `<${EMAIL}>`,
  `at Object.<anonymous> (${HOME}/${FOLDER}/index.js:1:2)`,
  `file://${HOME}/x`,
  String.raw`"C:\\Users\\janedoe\\x"`,
  `${WINDOWS_HOME}\\AppData`,
  `account="${ACCOUNT}"`,
  `connected to ${HOST}.`,
  `DELETE /v1/sessions/${SESSION} took 3 ms`,
].join(' | ');

const facts = (changes: Partial<DiagnosticsFacts> = {}): DiagnosticsFacts => ({
  versions: { portside: '1.2.3', editor: 'Cursor 2.0.0', node: '22.15.0', sdk: '1.0.32' },
  platform: 'linux x64 6.1.0',
  remoteName: null,
  isWeb: false,
  isTrusted: true,
  state: STATES.idle,
  settings: [],
  requests: [],
  logLines: [],
  privateFacts: { folders: [HOME], names: ['janedoe', ACCOUNT, HOST, FOLDER] },
  ...changes,
});

const expectNoSecret = (text: string): void => {
  for (const secret of SECRETS) expect(text).not.toContain(secret);
};

describe('diagnostics', () => {
  it.each<readonly [string, Partial<DiagnosticsFacts>]>([
    ['the log', { logLines: [LEAK] }],
    ['the reason of the bridge', { state: running({ bridge: 'failed', bridgeReason: LEAK }) }],
    ['the account', { state: running({ account: anAccount({ name: ACCOUNT, email: EMAIL }) }) }],
    ['a failure', { state: { status: 'failed', code: 'cannot_start', message: LEAK } }],
    [
      'another window',
      {
        state: {
          status: 'served-elsewhere',
          baseUrl: 'http://127.0.0.1:8765/v1',
          port: 8765,
          by: { id: '1', kind: 'editor', name: FOLDER, processId: 7, dataFolderId: OWN_FOLDER_ID },
        },
      },
    ],
    [
      'requests',
      {
        requests: [
          aRequest({ outcome: 'failed', errorCode: 'not_found', status: 404, path: `/v1/${LEAK}`, tokenName: ACCOUNT }),
        ],
      },
    ],
    [
      'settings',
      {
        settings: [
          { name: 'tlsKeyPath', value: `${HOME}/key.pem` },
          { name: 'allowedOrigins', value: [`https://${HOST}`] },
          { name: 'host', value: HOST },
          { name: 'backendUrl', value: `https://${HOST}?token=${TOKEN}` },
          { name: 'unknown', value: { leak: LEAK } },
        ],
      },
    ],
    ['the remote', { remoteName: `ssh-remote+${HOST}` }],
    ['a remote without a kind', { remoteName: `${HOST}:8080` }],
    ['the editor', { versions: { portside: LEAK, editor: LEAK, node: LEAK, sdk: LEAK }, platform: LEAK }],
  ])('hold no secret where it is in %s', (name, changes) => {
    const report = toDiagnosticsReport(facts(changes));
    // What the editor itself is called is no name of ours.
    if (name === 'the editor') for (const secret of SECRETS.slice(0, 7)) expect(report).not.toContain(secret);
    else expectNoSecret(report);
  });

  it.each<readonly [Partial<DiagnosticsFacts>, string]>([
    [{}, '- Portside: 1.2.3\n- Editor: Cursor 2.0.0\n- Node.js: 22.15.0\n- Cursor SDK: 1.0.32'],
    [{}, '- Platform: linux x64 6.1.0'],
    [{ remoteName: `ssh-remote+${HOST}` }, '- Remote: ssh-remote'],
    [{ remoteName: `${HOST}:8080` }, '- Remote: other'],
    [{ isWeb: true }, 'Cursor 2.0.0 (web)'],
    [{ isTrusted: false }, '- Workspace trusted: no'],
    [
      {},
      '- State: running\n- Port: 8765\n- Scheme: http\n- Bridge: connected\n- Proxy: none\n- Account: browser, ready',
    ],
    [{ state: STATES.otherWindow }, '- State: served-elsewhere\n- Port: 8765\n- Served by: editor'],
    [{ state: STATES.portInUse }, '- Failure: port_in_use: Port 8765 is in use.'],
    [{ settings: [{ name: 'port', value: 9000 }] }, '- portside.port: 9000'],
    [
      {
        requests: [
          aRequest(),
          aRequest({ outcome: 'running' }),
          aRequest({ outcome: 'failed', errorCode: 'timeout', status: 504 }),
        ],
      },
      '- Kept: 3\n- Running: 1, succeeded: 1, failed: 1, cancelled: 0\n- Last errors: timeout (504 /v1/chat/completions)',
    ],
    [{ logLines: ['one', '``` two'] }, "```text\none\n''' two\n```"],
    // A folder may be called as we are.
    [
      { settings: [{ name: 'port', value: 9000 }], privateFacts: { folders: [], names: ['portside'] } },
      '- portside.port: 9000',
    ],
  ])('tell what helps: %j', (changes, text) => {
    expect(toDiagnosticsReport(facts(changes))).toContain(text);
  });

  it.each([
    ['port', 9000, '9000'],
    ['autoStart', true, 'true'],
    ['host', '0.0.0.0', '0.0.0.0'],
    ['host', '192.168.1.7', '(set)'],
    ['defaultModel', 'auto', 'auto'],
    ['nodePath', '/opt/node', '(set)'],
    ['nodePath', '', '(empty)'],
    ['allowedHosts', ['a'], '1 entry'],
    ['allowedHosts', ['a', 'b'], '2 entries'],
    ['future', { a: 1 }, '(object)'],
  ])('tell of the setting %s: %j as %s', (name, value, text) => {
    expect(describeSetting(name, value)).toBe(text);
  });

  it.each([
    'GET /v1/models took 12 ms, tokenName=laptop requestId=req_1',
    'The access token is missing.',
    'inputTokens=120 outputTokens=7',
    'composer-2.5 gpt-5.2 claude-4.6-sonnet',
  ])('leave alone what is no secret: %s', (text) => {
    expect(redactSecrets(text)).toBe(text);
  });

  it('do not tell what a session is called', () => {
    const path = `/v1/sessions/${SESSION} (of 2027)/close`;
    const requests = [aRequest({ outcome: 'failed', errorCode: 'not_found', status: 404, path })];
    expect(toDiagnosticsReport(facts({ requests }))).toContain('not_found (404 /v1/sessions/[redacted])');
  });

  it('replaces names as whole words alone', () => {
    expect(redactPrivate('me, home and me@work; "me"', { folders: [], names: ['me'] })).toBe(
      '[redacted], home and [redacted]@work; "[redacted]"',
    );
  });
});

it('keeps the last 50 log lines, without those for debugging', () => {
  const written: string[] = [];
  const write = (message: string): void => void written.push(message);
  const { logger, recentLines } = keepRecentLog({ debug: write, info: write, warn: write, error: write }, () => 0);
  for (let count = 0; count < 60; count += 1) logger.info(`line ${count}`, { count });
  logger.debug('debug');
  logger.error('failed', { cause: 'a b' });
  expect(written).toHaveLength(62);
  expect(recentLines()).toHaveLength(50);
  expect(recentLines().at(-1)).toBe('1970-01-01T00:00:00.000Z [error] failed cause="a b"');
  expect(recentLines()[0]).toContain('line 11 count=11');
});
