/**
 * The environment for the bridge: the server's own, without what would change how Node.js or the SDK start, and without
 * secrets.
 *
 * Proxy variables stay, since the SDK obeys them. `ELECTRON_RUN_AS_NODE` makes an editor's executable a Node.js; a plain
 * Node.js ignores it.
 */
export const toChildEnvironment = (environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv => {
  const kept = Object.entries(environment).filter(([name]) => !isLeftOut(name.toUpperCase()));
  return { ...Object.fromEntries(kept), ELECTRON_RUN_AS_NODE: '1' };
};

const LEFT_OUT: ReadonlySet<string> = new Set(['NODE_OPTIONS', 'NODE_CHANNEL_FD', 'NODE_V8_COVERAGE']);
const LEFT_OUT_PREFIXES = ['VSCODE_', 'ELECTRON_', 'CURSOR_', 'CURSORPIPE_', 'PORTSIDE_'] as const;

const isLeftOut = (name: string): boolean =>
  LEFT_OUT.has(name) || LEFT_OUT_PREFIXES.some((prefix) => name.startsWith(prefix));
