import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { inject } from 'vitest';
import { startChild } from '../../support/child-process.ts';
import { createTemporaryFolder } from '../../support/temporary-folder.ts';
import { type OpenCodeConfig, readReadmeConfig } from './read-readme-config.ts';

const DEADLINE_MS = 60_000;

/** Nothing listens there: what a program would fetch from the internet ends at once. */
const NOWHERE = 'http://127.0.0.1:9';

/** How OpenCode reaches Portside. */
export interface OpenCodeOptions {
  /** Takes the place of the README's `http://127.0.0.1:8765`. */
  readonly url: string;
  readonly token: string;
  /** Changes the README's configuration further. */
  readonly configure?: (config: OpenCodeConfig) => OpenCodeConfig;
}

/** A project with the README's `opencode.json`, and a home folder of its own for OpenCode. */
export const createOpenCode = ({ url, token, configure = (config) => config }: OpenCodeOptions) => {
  const folder = createTemporaryFolder();
  const project = folder.join('project');
  mkdirSync(project);
  const config = configure(readReadmeConfig());
  for (const { options } of Object.values(config.provider)) {
    options.baseURL = options.baseURL.replace('http://127.0.0.1:8765', url);
  }
  writeFileSync(path.join(project, 'opencode.json'), JSON.stringify(config));

  const run = async (...args: readonly string[]) => {
    await using child = startChild({
      command: inject('openCodeFile'),
      args,
      cwd: project,
      env: {
        PATH: process.env['PATH'],
        HOME: folder.join('home'),
        NO_COLOR: '1',
        PORTSIDE_TOKEN: token,
        OPENCODE_CONFIG_CONTENT: JSON.stringify({ autoupdate: false, share: 'disabled', permission: 'allow' }),
        // The list of models.dev; those of this provider are in the configuration.
        OPENCODE_DISABLE_MODELS_FETCH: '1',
        OPENCODE_DISABLE_LSP_DOWNLOAD: '1',
        HTTP_PROXY: NOWHERE,
        HTTPS_PROXY: NOWHERE,
        NO_PROXY: '127.0.0.1',
      },
    });
    const code = await child.waitForExit(DEADLINE_MS);
    return { code, stdout: child.stdout(), stderr: child.stderr() };
  };

  return {
    /** A path in the project. */
    join: (...names: readonly string[]) => path.join(project, ...names),
    /** Runs OpenCode to its end. */
    run,
    /** The titles of its conversations, the latest first. */
    async readTitles(): Promise<readonly string[]> {
      const { stdout } = await run('session', 'list', '--format', 'json');
      return (JSON.parse(stdout) as { title: string }[]).map(({ title }) => title);
    },
    [Symbol.dispose]: folder.remove,
  };
};
