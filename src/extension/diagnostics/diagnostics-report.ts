import type { RequestSummary } from '../../core/request-activity.ts';
import type { GatewayState } from '../../host/gateway-state.ts';
import { describeSetting } from './describe-setting.ts';
import { type PrivateFacts, REDACTED, redactPrivate } from './redact.ts';

/** What a report for a bug report is made of. */
export interface DiagnosticsFacts {
  readonly versions: {
    readonly portside: string;
    readonly editor: string;
    readonly node: string;
    /** `null` where it cannot be found. */
    readonly sdk: string | null;
  };
  /** Such as `linux x64 6.1.0`. */
  readonly platform: string;
  /** `vscode.env.remoteName` */
  readonly remoteName: string | null;
  readonly isWeb: boolean;
  readonly isTrusted: boolean;
  readonly state: GatewayState;
  /** Those that differ from their defaults. */
  readonly settings: readonly { readonly name: string; readonly value: unknown }[];
  readonly requests: readonly RequestSummary[];
  readonly logLines: readonly string[];
  readonly privateFacts: PrivateFacts;
}

const LAST_ERRORS = 10;

/** The kinds of remote windows have short names; anything else could be the name of a machine. */
const describeRemote = (remoteName: string | null): string => {
  if (remoteName === null) return 'none';
  const [kind = ''] = remoteName.split('+');
  return /^[a-z][a-z-]{1,30}$/.test(kind) ? kind : 'other';
};

const describeServer = (state: GatewayState, redact: (text: string) => string): readonly string[] => {
  switch (state.status) {
    case 'running':
      return [
        `Port: ${state.port}`,
        `Scheme: ${new URL(state.baseUrl).protocol.replace(':', '')}`,
        `Bridge: ${state.bridge}${state.bridgeReason === null ? '' : `: ${redact(state.bridgeReason)}`}`,
        `Proxy: ${state.proxy}`,
        `Account: ${state.account === null ? 'none' : `${state.account.source}, ${state.account.status}`}`,
        `Runs: ${state.activeRuns} active, ${state.queuedRuns} of them queued`,
        `Warnings: ${state.warnings.length === 0 ? 'none' : state.warnings.join(', ')}`,
      ];
    case 'served-elsewhere':
      return [`Port: ${state.port}`, `Served by: ${state.by?.kind ?? 'unknown'}`];
    case 'failed':
      return [`Failure: ${state.code}: ${redact(state.message)}`];
    case 'stopped':
    case 'starting':
      return [];
  }
};

const describeRequests = (requests: readonly RequestSummary[], redact: (text: string) => string): readonly string[] => {
  const count = (outcome: RequestSummary['outcome']): number =>
    requests.filter((request) => request.outcome === outcome).length;
  const errors = requests
    .flatMap(({ errorCode, status, path }) =>
      errorCode === null
        ? []
        : `${errorCode} (${status ?? '-'} ${redact(path.replace(/(?<=\/sessions\/).+/, REDACTED))})`,
    )
    .slice(-LAST_ERRORS);
  return [
    `Kept: ${requests.length}`,
    `Running: ${count('running')}, succeeded: ${count('succeeded')}, failed: ${count('failed')}, cancelled: ${count('cancelled')}`,
    `Last errors: ${errors.length === 0 ? 'none' : errors.join(', ')}`,
  ];
};

const toList = (lines: readonly string[]): string => lines.map((line) => `- ${line}`).join('\n');

/**
 * A report in Markdown that can be published: without tokens, keys, addresses of people, names of accounts and folders of the
 * user. In English, as whoever reads it. Pure.
 */
export const toDiagnosticsReport = (facts: DiagnosticsFacts): string => {
  const { versions, state, settings, logLines, privateFacts } = facts;
  // Names are looked for in texts of others alone: a folder may be called as something that the report is about.
  const redact = (text: string): string => redactPrivate(text, privateFacts);
  const sections = [
    '# Portside diagnostics',
    toList([
      `Portside: ${versions.portside}`,
      `Editor: ${versions.editor}${facts.isWeb ? ' (web)' : ''}`,
      `Node.js: ${versions.node}`,
      `Cursor SDK: ${versions.sdk ?? 'not found'}`,
      `Platform: ${facts.platform}`,
      `Remote: ${describeRemote(facts.remoteName)}`,
      `Workspace trusted: ${facts.isTrusted ? 'yes' : 'no'}`,
    ]),
    '## Server',
    toList([`State: ${state.status}`, ...describeServer(state, redact)]),
    '## Settings that differ from their defaults',
    settings.length === 0
      ? 'None.'
      : toList(settings.map(({ name, value }) => `portside.${name}: ${describeSetting(name, value)}`)),
    '## Requests',
    toList(describeRequests(facts.requests, redact)),
    '## Last log lines',
    logLines.length === 0 ? 'None.' : `\`\`\`text\n${redact(logLines.join('\n')).replaceAll('```', "'''")}\n\`\`\``,
  ];
  return `${redactPrivate(sections.join('\n\n'), { ...privateFacts, names: [] })}\n`;
};
