// The suite in the extension host, against the installed VSIX: `npm run package`, then `npx vscode-test`. It runs in
// code-server, or in the desktop VS Code (or Cursor) whose executable VSCODE_EXECUTABLE names.
import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import path from 'node:path';
import { defineConfig } from '@vscode/test-cli';
import { resolveCliArgsFromVSCodeExecutablePath } from '@vscode/test-electron';
import { build } from 'esbuild';
import { vsixPath } from './test/workbench/support/vsix-path.ts';

const root = import.meta.dirname;
const desktop = process.env['VSCODE_EXECUTABLE'];
const executable = desktop ?? path.join(root, 'test/workbench/code-shim.mjs');
// A desktop editor installs extensions through the command line tool beside it.
const [installer = executable, ...installerArguments] =
  desktop === undefined ? [] : resolveCliArgsFromVSCodeExecutablePath(desktop, { reuseMachineInstall: true });
const extensions = path.join(root, '.vscode-test/extensions');
const bundled = path.join(root, '.vscode-test/suite');
// The shim is started by the Node.js on the PATH, which may be an old one.
process.env['PORTSIDE_TEST_NODE'] = process.execPath;

rmSync(bundled, { recursive: true, force: true });
await build({
  absWorkingDir: root,
  entryPoints: ['test/workbench/suite/*.suite.ts'],
  outdir: bundled,
  outExtension: { '.js': '.cjs' },
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node22',
  external: ['vscode', 'mocha'],
  sourcemap: 'inline',
  logLevel: 'warning',
});
// A fresh folder: an extension of an earlier run must not be what is tested.
rmSync(extensions, { recursive: true, force: true });
execFileSync(
  installer,
  [...installerArguments, `--extensions-dir=${extensions}`, '--install-extension', vsixPath(), '--force'],
  { stdio: ['ignore', 'ignore', 'inherit'] },
);

export default defineConfig({
  tests: [
    {
      label: 'vsix',
      files: '.vscode-test/suite/*.suite.cjs',
      extensionDevelopmentPath: './test/workbench/host-extension',
      workspaceFolder: './test/workbench/workspace',
      // Otherwise a VS Code is downloaded to install them with.
      skipExtensionDependencies: true,
      useInstallation: { fromPath: executable },
      mocha: {
        ui: 'bdd',
        timeout: 30_000,
        failZero: true,
        forbidOnly: true,
        reporter: path.join(root, 'test/workbench/support/closing-line-reporter.cjs'),
      },
    },
  ],
});
