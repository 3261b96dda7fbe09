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
export const createCodexEnvironment = (home: string): NodeJS.ProcessEnv => ({
  PATH: process.env['PATH'],
  HOME: home,
  HTTP_PROXY: NOWHERE,
  HTTPS_PROXY: NOWHERE,
  NO_PROXY: '127.0.0.1',
});

/** How Codex reaches Portside. */
export interface CodexOptions {
  /** Takes the place of `http://127.0.0.1:8765` in the configuration. */
  readonly url: string;
  readonly token: string;
  /** Whether it may use a WebSocket, as the configuration says. */
  readonly isWebSocketOn?: boolean;
  /** Codex has what it sends by the model's id: it takes Portside's model for this one of its own list. */
  readonly likeModel?: string;
}

/** Codex, with the configuration of docs/clients/codex.md and a home folder of its own, in an empty project. */
export const createCodex = async ({ url, token, isWebSocketOn = true, likeModel }: CodexOptions) => {
  const folder = createTemporaryFolder({ isScanned: false });
  const [project, home] = [folder.join('project'), folder.join('home')];
  mkdirSync(project);
  mkdirSync(path.join(home, '.codex'), { recursive: true });
  const start = async (args: readonly string[]) => {
    await using child = startChild({
      command: inject('codexFile'),
      args,
      cwd: project,
      env: createCodexEnvironment(home),
    });
    const code = await child.waitForExit(DEADLINE_MS);
    return { code, stdout: child.stdout(), stderr: child.stderr() };
  };

  const model = 'composer-2.5';
  let settings = readDocumentedConfig()
    .replace('http://127.0.0.1:8765', url)
    .replace('<access token>', token)
    .replace('supports_websockets = true', `supports_websockets = ${isWebSocketOn}`);
  if (likeModel !== undefined) {
    const { models } = JSON.parse((await start(['debug', 'models'])).stdout) as { models: { slug: string }[] };
    const like = models.find(({ slug }) => slug === likeModel);
    if (like === undefined) throw new Error(`Codex has no ${likeModel} any more.`);
    writeFileSync(folder.join('models.json'), JSON.stringify({ models: [{ ...like, slug: model }] }));
    settings = `model_catalog_json = ${JSON.stringify(folder.join('models.json'))}\n${settings}`;
  }
  writeFileSync(path.join(home, '.codex', 'config.toml'), settings);

  return {
    /** A path in the project. */
    join: (...names: readonly string[]) => path.join(project, ...names),
    /** Runs `codex exec` to its end; nobody is asked, and nothing is locked in. */
    run: (...args: readonly string[]) =>
      start(['exec', '--skip-git-repo-check', '--dangerously-bypass-approvals-and-sandbox', ...args]),
    [Symbol.dispose]: folder.remove,
  };
};

/** The `config.toml` that docs/clients/codex.md tells its readers to write. */
const readDocumentedConfig = (): string => {
  const page = readFileSync(path.join(REPOSITORY_FOLDER, 'docs/clients/codex.md'), 'utf8');
  const [, toml] = /^```toml$\n([^]*?)^```$/m.exec(page) ?? [];
  if (toml === undefined) throw new Error('docs/clients/codex.md has no config.toml.');
  return toml;
};
