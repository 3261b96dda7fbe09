import { spawnSync } from 'node:child_process';
import process from 'node:process';

/** Ends a process that leads a group of its own, with all in that group, at once. Does nothing where it has ended. */
export const killProcessTree = (processId: number): void => {
  if (process.platform === 'win32') {
    spawnSync('taskkill', ['/pid', String(processId), '/T', '/F'], { stdio: 'ignore', windowsHide: true });
    return;
  }
  try {
    process.kill(-processId, 'SIGKILL');
  } catch {
    // The whole group has ended.
  }
};
