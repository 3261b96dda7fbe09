import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';

/** The oldest Node.js that the Cursor SDK runs on: its native parts crash Node.js 22.13. */
const OLDEST_NODE = [22, 14] as const;

const isRecentNode = (): boolean => {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  return major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1]);
};

/** The Node.js that the package brings for this platform, if it was installed. */
const findBundledNode = (): string | undefined => {
  const file = path.join(__dirname, '..', 'node_modules', `node-${process.platform}-${process.arch}`, 'bin', 'node');
  return existsSync(file) ? file : undefined;
};

/** Runs this program again under another Node.js and ends as that one ends. */
const runWith = (node: string): void => {
  // The channel tells the child when this process is gone, however it went.
  const child = spawn(node, process.argv.slice(1), { stdio: ['inherit', 'inherit', 'inherit', 'ipc'] });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(code ?? (signal === null ? 1 : 128)));
  child.on('error', (error) => {
    process.stderr.write(`portside: ${node} cannot be started: ${error.message}\n`);
    process.exit(1);
  });
};

if (isRecentNode()) {
  void import('./program.ts').then(({ runProgram }) => runProgram(process.argv));
} else {
  const node = findBundledNode();
  if (node === undefined) {
    process.stderr.write(
      `portside: Node.js ${OLDEST_NODE.join('.')} or newer is needed, and this is ${process.versions.node}. Install it from https://nodejs.org.\n`,
    );
    process.exitCode = 1;
  } else {
    runWith(node);
  }
}
