// Behaves like the executable of a desktop VS Code as far as @vscode/test-cli and @vscode/test-electron need it, and runs
// the suite in the extension host of code-server. Exits with 0 only when the whole suite ran and passed.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { format, parseArgs } from 'node:util';
import type { Browser, Page } from 'playwright-core';
import { launchBrowser, openWorkbench, warmUp } from './support/browser.ts';
import { inheritedEnvironment } from './support/clean-environment.ts';
import { installVsix, startCodeServer, type CodeServer } from './support/code-server.ts';
import { collectArtifacts } from './support/collect-artifacts.ts';
import { createSuiteWrapper } from './support/suite-wrapper.ts';
import { createWorkbenchFolders, removeWorkbenchFolders, type WorkbenchFolders } from './support/workbench-folders.ts';

const suiteTimeoutMs = 300_000;

/** What the workbench itself says at each start, and nobody who reads test results wants to know. */
const workbenchNoise =
  /^(Ignoring fetching additional|Updating additional builtin|Resolv(ing|ed) connection token|Creating a socket|\[(AgentHost|AccountPolicyGate|Service Worker|reconnection-grace-time|driver|ChatModel))/;

const { values, positionals } = parseArgs({
  args: process.argv.slice(2),
  strict: false,
  allowPositionals: true,
  options: {
    extensionDevelopmentPath: { type: 'string', multiple: true },
    extensionTestsPath: { type: 'string' },
    'extensions-dir': { type: 'string' },
    'install-extension': { type: 'string', multiple: true },
  },
});
const texts = (value: unknown): readonly string[] =>
  (Array.isArray(value) ? value : [value]).filter((each) => typeof each === 'string');
const text = (value: unknown): string | undefined => texts(value)[0];

const runSuite = async (folders: WorkbenchFolders, suitePath: string): Promise<string> => {
  const wrapper = createSuiteWrapper(folders, suitePath);
  let server: CodeServer | undefined;
  let browser: Browser | undefined;
  let page: Page | undefined;
  const stop = async (): Promise<void> => {
    // The page first: without it the extension host would wait for a reconnection.
    await page?.close().catch(() => {});
    await browser?.close().catch(() => {});
    await server?.stop();
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void stop().finally(() => process.exit(130)));
  }
  let outcome = 'The workbench did not start.';
  try {
    const started = await startCodeServer(folders, { environment: inheritedEnvironment(), hasTestDriver: true });
    server = started;
    [browser] = await Promise.all([launchBrowser(), warmUp(started, folders)]);
    const remote = (file: string): string =>
      `vscode-remote://${new URL(started.url).host}${encodeURI(path.resolve(file))}`;
    const finished = Promise.withResolvers<number>();
    const timer = setTimeout(
      () => finished.reject(new Error(`The suite did not end within ${suiteTimeoutMs / 1000} s.`)),
      suiteTimeoutMs,
    );
    void started.ended.then((how) => finished.reject(new Error(how)));
    const opening = openWorkbench(browser, started, folders, {
      exposed: {
        codeAutomationLog: (_level, parts) => {
          const line = format(...(Array.isArray(parts) ? parts : [parts]));
          if (!workbenchNoise.test(line)) process.stdout.write(`${line}\n`);
        },
        codeAutomationExit: (code) => finished.resolve(Number(code)),
      },
      payload: [
        ...texts(values.extensionDevelopmentPath).map((file) => ['extensionDevelopmentPath', remote(file)] as const),
        ['extensionTestsPath', remote(wrapper.modulePath)],
      ],
    });
    const watch = async (): Promise<void> => {
      try {
        ({ page } = await opening);
        page.on('crash', () => finished.reject(new Error('The page crashed.')));
      } catch (error) {
        finished.reject(error);
      }
    };
    void watch();
    const code = await finished.promise.finally(() => clearTimeout(timer));
    outcome = wrapper.readOutcome();
    if (code !== 0 && outcome === 'ok') outcome = `The extension host ended with code ${code}.`;
    const death = /<\d+> Extension Host Process exited.*/.exec(readFileSync(started.logFile, 'utf8'))?.[0];
    if (outcome !== 'ok' && death !== undefined) outcome += `\n${death}`;
  } catch (error) {
    outcome = error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
  if (outcome !== 'ok') outcome += `\nLogs: ${await collectArtifacts(folders, 'extension-host-suite', page)}`;
  await stop();
  return outcome;
};

const extensions = text(values['extensions-dir']);
const workspace = positionals[0];
const folders = createWorkbenchFolders({
  ...(extensions !== undefined && { extensions: path.resolve(extensions) }),
  ...(workspace !== undefined && { workspace: path.resolve(workspace) }),
});
try {
  for (const vsixFile of texts(values['install-extension'])) {
    process.stdout.write(await installVsix(folders, vsixFile));
  }
  const suitePath = text(values.extensionTestsPath);
  if (suitePath !== undefined) {
    const outcome = await runSuite(folders, path.resolve(suitePath));
    if (outcome !== 'ok') {
      process.stderr.write(`${outcome}\n`);
      process.exitCode = 1;
    }
  }
} finally {
  removeWorkbenchFolders(folders);
}
