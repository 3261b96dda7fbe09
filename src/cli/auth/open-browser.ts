import { spawn } from 'node:child_process';
import type { Environment } from '../read-environment.ts';

/** Whether a browser that is opened here is seen by the person at the terminal. */
export const canOpenBrowser = ({
  platform,
  environment,
  isTerminal,
}: {
  readonly platform: NodeJS.Platform;
  readonly environment: Environment;
  readonly isTerminal: boolean;
}): boolean => {
  if (!isTerminal || environment['SSH_CONNECTION'] || environment['SSH_TTY']) return false;
  // Without a display, xdg-open would start a browser within the terminal.
  return (
    platform === 'win32' || platform === 'darwin' || Boolean(environment['DISPLAY'] || environment['WAYLAND_DISPLAY'])
  );
};

/** Opens a page in the system's browser, if there is one. Never fails: the address is on the terminal too. */
export const openBrowser = (url: string, platform: NodeJS.Platform): void => {
  const [command, ...args] = toCommand(platform);
  const child = spawn(command, [...args, url], { detached: true, stdio: 'ignore', windowsHide: true });
  child.on('error', () => {});
  child.unref();
};

/** None of these is a shell, which would have its own idea of the characters of an address. */
const toCommand = (platform: NodeJS.Platform): readonly [string, ...string[]] => {
  if (platform === 'win32') return ['rundll32', 'url.dll,FileProtocolHandler'];
  return platform === 'darwin' ? ['open'] : ['xdg-open'];
};
