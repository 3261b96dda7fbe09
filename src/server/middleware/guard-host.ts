import { isIP } from 'node:net';
import type { RequestHandler } from 'express';
import { GatewayError } from '../../core/gateway-error.ts';
import { isAllowedHost, isAllowedOrigin } from '../../core/loopback-guard.ts';

/** Which `Host` headers besides the loopback names are let in. */
export interface HostPolicy {
  readonly allowed: readonly string[];
  /** Bare IP addresses, for a server that other machines reach: DNS rebinding always comes under a name. */
  readonly allowsAddresses: boolean;
}

/**
 * Refuses requests that a web page could have caused: a `Host` that is no name of this machine is DNS rebinding, a foreign
 * `Origin` is another site's script.
 */
export const guardHost =
  (policy: HostPolicy): RequestHandler =>
  (request, _response, next) => {
    const { host, origin } = request.headers;
    if (!isAllowedHost(host, policy.allowed) && !(policy.allowsAddresses && isAddress(host ?? ''))) {
      throw new GatewayError(
        'permission_denied',
        `The Host "${host ?? ''}" is not allowed. Use http://127.0.0.1 or http://localhost with the port.`,
      );
    }
    if (!isAllowedOrigin(origin)) {
      throw new GatewayError(
        'permission_denied',
        `Web pages of the Origin "${origin ?? ''}" may not use this server. Only pages from this machine may.`,
      );
    }
    next();
  };

const isAddress = (host: string): boolean => isIP(host.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1')) !== 0;
