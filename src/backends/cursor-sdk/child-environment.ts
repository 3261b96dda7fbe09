import { PROXY_VARIABLES, type ProxyVariables } from './proxy-environment.ts';

/**
 * The environment for the bridge: the server's own, without what would change how Node.js or the SDK start, and without
 * secrets; with the proxies that are to be used instead of those that the environment names.
 *
 * `ELECTRON_RUN_AS_NODE` makes an editor's executable a Node.js; a plain Node.js ignores it.
 */
export const toChildEnvironment = (environment: NodeJS.ProcessEnv, proxy: ProxyVariables): NodeJS.ProcessEnv => {
  const kept = Object.entries(environment).filter(([name]) => !isLeftOut(name.toUpperCase()));
  return { ...Object.fromEntries(kept), ...proxy, ELECTRON_RUN_AS_NODE: '1' };
};

const LEFT_OUT: ReadonlySet<string> = new Set(['NODE_OPTIONS', 'NODE_CHANNEL_FD', 'NODE_V8_COVERAGE']);
const LEFT_OUT_PREFIXES = ['VSCODE_', 'ELECTRON_', 'CURSOR_', 'CURSORPIPE_', 'PORTSIDE_'] as const;

const isLeftOut = (name: string): boolean =>
  LEFT_OUT.has(name) || PROXY_VARIABLES.has(name) || LEFT_OUT_PREFIXES.some((prefix) => name.startsWith(prefix));
