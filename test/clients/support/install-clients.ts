import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  export interface ProvidedContext {
    /** The executable of OpenCode. */
    openCodeFile: string;
    /** The executable of Codex. */
    codexFile: string;
    /** The executable of Claude Code. */
    claudeFile: string;
  }
}

const execute = promisify(execFile);
const MANIFESTS = ['package.json', 'package-lock.json'];
const INSTALL_DEADLINE_MS = 300_000;

/** Called by vitest before the first test of this folder. */
export const setup = async (project: TestProject): Promise<void> => {
  const modules = await installClients();
  project.provide('openCodeFile', findOpenCode(modules));
  project.provide('codexFile', findCodex(modules));
  project.provide('claudeFile', findClaude(modules));
};

const findOpenCode = (modules: string): string => path.join(modules, 'opencode-ai', 'bin', 'opencode.exe');

/** The program itself, in the package for this platform: what is called `codex` starts it as a process of its own. */
const findCodex = (modules: string): string => {
  const vendor = path.join(modules, '@openai', `codex-${process.platform}-${process.arch}`, 'vendor');
  const [target = ''] = readdirSync(vendor);
  return path.join(vendor, target, 'bin', process.platform === 'win32' ? 'codex.exe' : 'codex');
};

/** Also in the package for this platform: what is called `claude` is a copy that a script of the main package makes. */
const findClaude = (modules: string): string =>
  path.join(
    modules,
    '@anthropic-ai',
    `claude-code-${process.platform}-${process.arch}`,
    process.platform === 'win32' ? 'claude.exe' : 'claude',
  );

/**
 * Installs the clients as package-lock.json has them, unless that was done, and gives their `node_modules`. They have 1 GB, so
 * they live in the user's cache folder and serve every checkout.
 */
const installClients = async (): Promise<string> => {
  const source = path.resolve(import.meta.dirname, '..');
  const cache = path.join(process.env['XDG_CACHE_HOME'] ?? path.join(homedir(), '.cache'), 'portside', 'clients');
  const lock = createHash('sha256').update(readFileSync(path.join(source, 'package-lock.json')));
  const target = path.join(cache, `${process.platform}-${process.arch}-${lock.digest('hex').slice(0, 16)}`);
  const modules = path.join(target, 'node_modules');
  if (existsSync(modules)) return modules;

  mkdirSync(cache, { recursive: true });
  const staging = mkdtempSync(path.join(cache, 'new-'));
  try {
    for (const name of MANIFESTS) copyFileSync(path.join(source, name), path.join(staging, name));
    await install(staging);
    publish(staging, target);
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
  return modules;
};

const install = async (folder: string): Promise<void> => {
  // Free of the settings of the npm that runs the tests, and with a home of its own: what is installed is started once.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name)));
  const isWindows = process.platform === 'win32';
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  await execute('npm', args, { cwd: folder, env, shell: isWindows, timeout: INSTALL_DEADLINE_MS });
  const modules = path.join(folder, 'node_modules');
  // The package's own choice among the executables that fit the platform. npm may be set to run no such scripts.
  await execute(process.execPath, [path.join(modules, 'opencode-ai', 'postinstall.mjs')], {
    cwd: folder,
    env: { ...env, HOME: folder },
    timeout: INSTALL_DEADLINE_MS,
  });
  // The choice is a link or a copy: the packages that it was made from are in the way now, a second one of 180 MB included.
  for (const name of readdirSync(modules).filter((each) => /^opencode-(?!ai$)/.test(each))) {
    rmSync(path.join(modules, name), { recursive: true, force: true });
  }
};

/** Another run may have been faster: then its folder stays. */
const publish = (staging: string, target: string): void => {
  try {
    renameSync(staging, target);
  } catch (error) {
    if (!existsSync(target)) throw error;
  }
};
