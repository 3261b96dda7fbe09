// Installs the workbench that the tests drive: code-server (a real VS Code workbench and extension host) with the Node.js
// it needs, from the npm registry into a cache folder, and Chromium through apt. Plain JavaScript without dependencies,
// for any Node.js from 20 on, since it runs before anything else is there.
import { execFile } from 'node:child_process';
import { access, mkdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);

const codeServerVersion = '4.139.1';
const nodeVersion = '24.21.0';
/** Longer than any step, so that a lock this old belongs to nobody. The holder renews it meanwhile. */
const staleLockMs = 30_000;
const stepTimeoutMs = 300_000;

/** A prerequisite that is missing: its message is one sentence that says what to install. */
export class MissingPrerequisite extends Error {}

const exists = (file) =>
  access(file).then(
    () => true,
    () => false,
  );

const onPath = async (name) => {
  for (const folder of (process.env['PATH'] ?? '').split(path.delimiter)) {
    const file = path.join(folder, name);
    if (folder !== '' && (await exists(file))) return file;
  }
  return undefined;
};

/** Where the host lives: `VSCODE_E2E_HOST`, or a folder per version in the user's cache. */
export const hostFolder = () =>
  process.env['VSCODE_E2E_HOST'] ??
  path.join(process.env['XDG_CACHE_HOME'] ?? path.join(os.homedir(), '.cache'), 'vscode-e2e-host', codeServerVersion);

/** The Chromium in use: `CHROMIUM`, or one on the PATH; `undefined` if there is none. */
export const findChromium = async () => {
  const named = process.env['CHROMIUM'];
  if (named !== undefined) return named;
  for (const name of ['chromium', 'chromium-browser', 'google-chrome']) {
    const file = await onPath(name);
    if (file !== undefined) return file;
  }
  return undefined;
};

const lastLines = (text) => text.trim().split('\n').slice(-3).join(' ').slice(-600);

const step = async (file, args, options, what) => {
  try {
    await run(file, args, { timeout: stepTimeoutMs, maxBuffer: 32 * 1024 * 1024, ...options });
  } catch (error) {
    const why = lastLines(String(error.stderr ?? '') || String(error.message));
    throw new MissingPrerequisite(`${what} failed: ${why}`);
  }
};

const canInstall = async () =>
  process.platform === 'linux' && (await onPath('apt-get')) !== undefined && process.getuid?.() === 0;

const installWithApt = async (packages, what) => {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  await step('apt-get', ['update', '-qq'], { env }, what);
  await step('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], { env }, what);
};

const installChromium = async (log) => {
  const found = await findChromium();
  if (found !== undefined) return found;
  const advice = 'Install Chromium (on Debian, as root: apt-get install chromium), or name its executable in CHROMIUM.';
  if (!(await canInstall())) throw new MissingPrerequisite(`The workbench tests need Chromium. ${advice}`);
  log('Installing Chromium with apt …');
  await installWithApt(['chromium'], `Chromium is missing and its installation (${advice})`);
  const installed = await findChromium();
  if (installed === undefined) throw new MissingPrerequisite(`apt installed no Chromium. ${advice}`);
  return installed;
};

/** What two small native modules of the workbench are compiled with, by Debian's names. */
const COMPILERS = ['python3', 'make', 'g++'];

const installCompilers = async (log) => {
  const isThere = await Promise.all(COMPILERS.map(onPath));
  const missing = COMPILERS.filter((_name, index) => isThere[index] === undefined);
  if (missing.length === 0) return;
  const names = missing.join(' ');
  if (!(await canInstall())) {
    throw new MissingPrerequisite(
      `The workbench for the tests needs ${missing.join(', ')}: install them (on Debian, as root: apt-get install ${names}).`,
    );
  }
  log(`Installing ${missing.join(', ')} with apt …`);
  await installWithApt(missing, `The installation of ${names}`);
};

/** Runs `work` while this process alone holds `lockFolder`; a second process waits for the first. */
const withLock = async (lockFolder, work) => {
  for (const deadline = Date.now() + 2 * stepTimeoutMs; ;) {
    try {
      await mkdir(lockFolder);
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
      const age = await stat(lockFolder).then(
        (found) => Date.now() - found.mtimeMs,
        () => 0,
      );
      if (age > staleLockMs) await rm(lockFolder, { recursive: true, force: true });
      else if (Date.now() > deadline) throw new MissingPrerequisite(`Another installation holds ${lockFolder}.`);
      else await delay(250);
    }
  }
  const renewal = setInterval(() => {
    const now = new Date();
    utimes(lockFolder, now, now).catch(() => {});
  }, staleLockMs / 6);
  try {
    return await work();
  } finally {
    clearInterval(renewal);
    await rm(lockFolder, { recursive: true, force: true });
  }
};

const installCodeServer = async (folder, log) => {
  const nodeFolder = path.join(folder, 'node_modules', `node-linux-${process.arch}`);
  const stampFile = path.join(folder, 'installed.json');
  const stamp = JSON.stringify({ codeServerVersion, nodeVersion, arch: process.arch });
  const isInstalled = async () => (await readFile(stampFile, 'utf8').catch(() => '')) === stamp;
  if (await isInstalled()) return;
  if (process.platform !== 'linux') {
    throw new MissingPrerequisite(
      'The workbench host runs on Linux; elsewhere name the executable of a desktop VS Code in VSCODE_EXECUTABLE.',
    );
  }
  if ((await onPath('npm')) === undefined)
    throw new MissingPrerequisite('Install npm: the workbench host comes from it.');
  await mkdir(path.dirname(folder), { recursive: true });
  await withLock(`${folder}.lock`, async () => {
    if (await isInstalled()) return;
    log(`Installing the workbench host (code-server ${codeServerVersion}) into ${folder} …`);
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
    await writeFile(
      path.join(folder, 'package.json'),
      JSON.stringify({
        name: 'vscode-e2e-host',
        version: '0.0.0',
        private: true,
        dependencies: { 'code-server': codeServerVersion, [path.basename(nodeFolder)]: nodeVersion },
      }),
    );
    // Settings of an npm that runs this script (npm test) must not reach these installations.
    const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name)));
    const quiet = ['--no-audit', '--no-fund', '--no-update-notifier', '--loglevel=error'];
    const what = 'The installation of the workbench host from the npm registry';
    // code-server's own postinstall refuses any Node.js but 24, and does no more than the next step does.
    await step('npm', ['install', '--ignore-scripts', ...quiet], { cwd: folder, env }, what);
    const node24 = {
      ...env,
      PATH: `${path.join(nodeFolder, 'bin')}${path.delimiter}${env['PATH'] ?? ''}`,
      JOBS: String(os.availableParallelism()),
      npm_config_nodedir: nodeFolder,
    };
    const cwd = path.join(folder, 'node_modules/code-server/lib/vscode');
    await step('npm', ['install', '--omit=dev', '--ignore-scripts', ...quiet], { cwd, env: node24 }, what);
    await installCompilers(log);
    // Without spdlog the workbench writes no log file at all, and the tests read the extension's.
    await step(
      'npm',
      ['rebuild', '@vscode/spdlog', '@vscode/native-watchdog', ...quiet],
      { cwd, env: node24 },
      'The build of two small native modules',
    );
    await writeFile(stampFile, stamp);
  });
};

/**
 * Installs what is missing; a second call finds everything there.
 * @param {{ log?: (line: string) => void }} [options]
 * @returns {Promise<{ hostFolder: string, chromiumPath: string }>}
 * @throws {MissingPrerequisite} with one sentence for the person who runs the tests
 */
export const installHost = async ({ log = () => {} } = {}) => {
  const folder = hostFolder();
  try {
    const chromiumPath = await installChromium(log);
    await installCodeServer(folder, log);
    return { hostFolder: folder, chromiumPath };
  } catch (error) {
    if (error instanceof MissingPrerequisite) throw error;
    throw new MissingPrerequisite(`The workbench host could not be installed into ${folder}: ${error.message}`, {
      cause: error,
    });
  }
};

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  try {
    const { hostFolder: folder, chromiumPath } = await installHost({
      log: (line) => process.stderr.write(`${line}\n`),
    });
    process.stdout.write(`workbench host: ${folder}\nChromium: ${chromiumPath}\n`);
  } catch (error) {
    if (!(error instanceof MissingPrerequisite)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}
