#!/usr/bin/env node
// Looks like the executable of a desktop VS Code to @vscode/test-cli, and runs code-shim.ts with the Node.js that started
// the tests: the one on the PATH, which the line above takes, may be too old for TypeScript.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const child = spawn(
  process.env['PORTSIDE_TEST_NODE'] ?? process.execPath,
  [fileURLToPath(new URL('code-shim.ts', import.meta.url)), ...process.argv.slice(2)],
  { stdio: 'inherit' },
);
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
child.on('error', (error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
child.on('exit', (code) => {
  process.exitCode = code ?? 1;
});
