import process from 'node:process';
import type { ProxySettings, ProxyUse } from '../../core/backend.ts';
import type { Logger } from '../../core/logger.ts';
import { PROXY_NODE_VERSIONS } from './node-version.ts';
import { type ProxyVariables, toProxyEnvironment } from './proxy-environment.ts';

/** The proxy of a bridge, as its process gets it, and whether it serves. */
export interface ChosenProxy {
  readonly variables: ProxyVariables;
  /** What `use`, which the process tells, means for the user; says so in the log. */
  judge(use: ProxyUse, nodeVersion: string): ProxyUse;
}

/**
 * Chooses the proxy for one process, of what is set now, and tells the log of what cannot be used.
 *
 * A service whose address is still to come is one that Portside has started on this machine: no proxy could reach it.
 */
export const chooseProxy = (options: {
  readonly proxy: ProxySettings;
  readonly backendUrl: string | Promise<string>;
  readonly logger: Logger;
}): ChosenProxy => {
  const { logger } = options;
  if (typeof options.backendUrl !== 'string') return { variables: {}, judge: () => 'none' };
  const { variables, problem } = toProxyEnvironment(options.proxy, process.env);
  if (problem !== null) logger.warn(problem);
  return {
    variables,
    judge(use, nodeVersion) {
      if (use === 'unsupported') {
        logger.warn(
          `The HTTP proxy is not used: Node.js ${nodeVersion}, which runs the Cursor SDK, cannot use one. Set portside.nodePath (PORTSIDE_NODE_PATH) to a Node.js of version ${PROXY_NODE_VERSIONS}.`,
        );
      }
      // What is set cannot be used, and nothing else is.
      return use === 'none' && problem !== null ? 'unsupported' : use;
    },
  };
};
