import { spawn } from 'node:child_process';

/** Runs a command to its end with this terminal, and gives its exit code; -1 where it could not be started. */
export const runCommand = (command, args, options = {}) =>
  new Promise((resolve) => {
    const child = spawn(command, args, { stdio: 'inherit', ...options });
    child.on('error', () => resolve(-1));
    child.on('exit', (code) => resolve(code ?? 1));
  });
