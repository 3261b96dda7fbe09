import { isLoopbackAddress } from '../../core/loopback-guard.ts';

/** What decides how containers can reach the server. */
export interface DockerSituation {
  readonly platform: NodeJS.Platform;
  /** The setting `host`. */
  readonly host: string;
  readonly allowedHosts: readonly string[];
  /** The setting `requireToken`. */
  readonly requireToken: boolean;
  readonly hasTls: boolean;
}

/** The settings to write; what is not named stays. */
export interface DockerPlan {
  readonly changes: {
    readonly host?: string;
    readonly allowedHosts?: readonly string[];
    readonly requireToken?: true;
  };
  /** Whether other machines can reach the server afterwards. */
  readonly isOpenToNetwork: boolean;
  /** Whether containers need an access token afterwards. */
  readonly needsToken: boolean;
  readonly toContainerUrl: (port: number) => string;
}

/** The name under which a container reaches its host. */
export const DOCKER_HOST = 'host.docker.internal';

/**
 * Decides what lets containers in. Docker Desktop leads that name to the machine's loopback address; on Linux it is the
 * address of a bridge, which only a server on every address can be reached at. Pure.
 */
export const planDockerAccess = (situation: DockerSituation): DockerPlan => {
  const { platform, host, allowedHosts, requireToken, hasTls } = situation;
  const opens = platform === 'linux' && isLoopbackAddress(host);
  const isOpenToNetwork = opens || !isLoopbackAddress(host);
  return {
    changes: {
      ...(opens && { host: '0.0.0.0' }),
      ...(!allowedHosts.includes(DOCKER_HOST) && { allowedHosts: [...allowedHosts, DOCKER_HOST] }),
      ...(isOpenToNetwork && !requireToken && { requireToken: true as const }),
    },
    isOpenToNetwork,
    needsToken: isOpenToNetwork || requireToken,
    toContainerUrl: (port) => `${hasTls ? 'https' : 'http'}://${DOCKER_HOST}:${port}/v1`,
  };
};
