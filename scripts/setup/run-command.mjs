import { spawn } from 'node:child_process';

/**
 * Runs a command to its end with this terminal, and gives its exit code; -1 where it could not be started. Signals go on to
 * the command, so that nothing is left running.
 */
export const runCommand = (command, args, options = {}) =>
  new Promise((resolve) => {
    const child = spawn(command, args, { stdio: 'inherit', ...options });
    const forward = (signal) => child.kill(signal);
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
    const end = (code) => {
      for (const signal of signals) process.off(signal, forward);
      resolve(code);
    };
    for (const signal of signals) process.on(signal, forward);
    child.on('error', () => end(-1));
    child.on('exit', (code) => end(code ?? 1));
  });
