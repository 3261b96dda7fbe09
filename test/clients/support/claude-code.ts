import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { inject } from 'vitest';
import { startChild } from '../../support/child-process.ts';
import { REPOSITORY_FOLDER } from '../../support/portside-cli.ts';
import { createTemporaryFolder } from '../../support/temporary-folder.ts';

const DEADLINE_MS = 60_000;

/** Nothing listens there: what a program would fetch from the internet ends at once. */
const NOWHERE = 'http://127.0.0.1:9';

/** The variables of a user with this home folder and no way to the internet. */
export const createClaudeEnvironment = (home: string): NodeJS.ProcessEnv => ({
  PATH: process.env['PATH'],
  HOME: home,
  TMPDIR: home,
  HTTP_PROXY: NOWHERE,
  HTTPS_PROXY: NOWHERE,
  NO_PROXY: '127.0.0.1',
  CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
});

/** How Claude Code reaches Portside. */
export interface ClaudeCodeOptions {
  /** Takes the place of `http://127.0.0.1:8765` in the settings. */
  readonly url: string;
  readonly token: string;
  /** Further variables in the settings. */
  readonly variables?: Readonly<Record<string, string>>;
}

/** Claude Code, with the settings of docs/clients/claude-code.md and a home folder of its own, in an empty project. */
export const createClaudeCode = ({ url, token, variables = {} }: ClaudeCodeOptions) => {
  const folder = createTemporaryFolder({ isScanned: false });
  const [project, home] = [folder.join('project'), folder.join('home')];
  mkdirSync(project);
  mkdirSync(path.join(home, '.claude'), { recursive: true });
  const settings = readDocumentedSettings();
  settings.env = {
    ...settings.env,
    ANTHROPIC_BASE_URL: settings.env['ANTHROPIC_BASE_URL']?.replace('http://127.0.0.1:8765', url) ?? '',
    ANTHROPIC_AUTH_TOKEN: token,
    ...variables,
  };
  writeFileSync(path.join(home, '.claude', 'settings.json'), JSON.stringify(settings));

  return {
    /** A path in the project. */
    join: (...names: readonly string[]) => path.join(project, ...names),
    /** Runs `claude -p` to its end; its tools need no permission. */
    async run(prompt: string, ...args: readonly string[]) {
      await using child = startChild({
        command: inject('claudeFile'),
        args: ['-p', prompt, '--allowedTools', 'Agent,Bash,Edit,Read,Write', ...args],
        cwd: project,
        env: createClaudeEnvironment(home),
      });
      const code = await child.waitForExit(DEADLINE_MS);
      return { code, stdout: child.stdout(), stderr: child.stderr() };
    },
    [Symbol.dispose]: folder.remove,
  };
};

/** The `settings.json` that docs/clients/claude-code.md tells its readers to write. */
const readDocumentedSettings = (): { env: Record<string, string> } => {
  const page = readFileSync(path.join(REPOSITORY_FOLDER, 'docs/clients/claude-code.md'), 'utf8');
  const [, json] = /^```json$\n([^]*?)^```$/m.exec(page) ?? [];
  if (json === undefined) throw new Error('docs/clients/claude-code.md has no settings.json.');
  return JSON.parse(json);
};
