import path from 'node:path';
import { hostNode } from './host-paths.ts';
import type { WorkbenchFolders } from './workbench-folders.ts';

/** Variables by name. */
export type Environment = Readonly<Record<string, string>>;

const kept = ['LANG', 'LC_ALL', 'TZ'];

/**
 * What code-server runs with: next to nothing of ours. `PORT`, `PASSWORD`, `VSCODE_IPC_HOOK_CLI`, `VSCODE_OPTIONS`,
 * `NODE_OPTIONS` and `XDG_*` all change what it does, and a real `CURSOR_API_KEY` must not reach a test.
 */
export const cleanEnvironment = (folders: WorkbenchFolders, extra: Environment = {}): Environment => {
  const environment: Record<string, string> = {
    PATH: `${path.dirname(hostNode())}${path.delimiter}${process.env['PATH'] ?? '/usr/bin:/bin'}`,
    HOME: folders.home,
    TMPDIR: folders.temporary,
    // No gallery: nothing asks for extensions.
    EXTENSIONS_GALLERY: '{}',
  };
  for (const name of kept) {
    const value = process.env[name];
    if (value !== undefined) environment[name] = value;
  }
  return { ...environment, ...extra };
};

const changesTheHost =
  /^(PORT|PASSWORD|HASHED_PASSWORD|GITHUB_TOKEN|HOME|PATH|TMPDIR|NODE_OPTIONS|ELECTRON_RUN_AS_NODE|VSCODE_OPTIONS|VSCODE_IPC_HOOK_CLI|VSCODE_PROXY_URI|CODE_SERVER_.*|XDG_.*|npm_.*|CURSOR_.*|PORTSIDE_.*|CURSORPIPE_.*)$/;

/** What of this process's environment a suite in the extension host may see: a test runner speaks to it that way. */
export const inheritedEnvironment = (): Environment =>
  Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) =>
      value === undefined || changesTheHost.test(name) ? [] : [[name, value]],
    ),
  );
