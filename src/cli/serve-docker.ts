import type { Settings } from '../config/settings-schema.ts';

/** The name under which containers reach the machine that they run on. */
const CONTAINER_HOST = 'host.docker.internal';

/** The settings with which containers reach the server. */
export const toContainerSettings = (settings: Settings, platform: NodeJS.Platform): Settings => ({
  ...settings,
  // Docker Desktop passes on what containers send to the loopback interface; on Linux they come through a bridge's.
  host: platform === 'linux' ? '0.0.0.0' : '127.0.0.1',
  allowedHosts: [...settings.allowedHosts, CONTAINER_HOST],
});

/** The base URL for clients in containers. */
export const toContainerBaseUrl = (baseUrl: string): string => {
  const { protocol, port } = new URL(baseUrl);
  return `${protocol}//${CONTAINER_HOST}:${port}/v1`;
};

/** What a container has to be started with, where it does not know the name of its own. */
export const toContainerHint = (platform: NodeJS.Platform): string | null =>
  platform === 'linux' ? `docker run --add-host=${CONTAINER_HOST}:host-gateway …` : null;
