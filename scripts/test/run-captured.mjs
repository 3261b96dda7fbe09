import { spawn } from 'node:child_process';

/**
 * Runs a command and prints what it wrote in one piece when it has ended, so that two lanes do not mix their lines.
 *
 * @returns its exit code and its output
 */
export const runCaptured = (title, command, args, options = {}) =>
  new Promise((resolve) => {
    const startedAt = Date.now();
    let output = '';
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
    const end = (code) => {
      const seconds = ((Date.now() - startedAt) / 1000).toFixed(1);
      process.stdout.write(`\n── ${title}: ${code === 0 ? 'ok' : `exit code ${code}`} (${seconds} s)\n${output}`);
      resolve({ code, output });
    };
    child.stdout.on('data', (data) => (output += data));
    child.stderr.on('data', (data) => (output += data));
    child.on('error', (error) => {
      output += `${error.message}\n`;
      end(-1);
    });
    child.on('close', (code) => end(code ?? 1));
  });
