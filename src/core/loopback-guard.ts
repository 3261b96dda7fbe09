import { isIP, isIPv4 } from 'node:net';
import { GatewayError } from './gateway-error.ts';

/** Whom a server lets in, before it looks at anything else. */
export interface NetworkPolicy {
  /** Names that a `Host` may have besides the loopback ones, IPv6 addresses in brackets. Asked for each request. */
  readonly allowedHosts: () => readonly string[];
  /** Bare IP addresses as `Host`, for a server that other machines reach: DNS rebinding always comes under a name. */
  readonly allowsAddresses: boolean;
  /** Origins of web pages that may call the server, besides its own and those of this machine. */
  readonly allowedOrigins: readonly string[];
}

/** What the guard looks at. */
export interface RequestHead {
  /** The request's target as it was sent: a path, or a whole address where a proxy was meant (RFC 9112 §3.2.2). */
  readonly target: string;
  /** Every `Host` header. */
  readonly hosts: readonly string[];
  readonly origin: string | undefined;
  readonly isEncrypted: boolean;
}

const HOST_PATTERN = /^(?<name>\[[0-9a-f:.]+\]|[^\s:/@?#[\]]+)(?::\d{1,5})?$/i;

/** Characters of what a client sent that an error repeats at most. */
const MAX_QUOTE = 100;

/**
 * Tells whether a request's `Host` names this machine, on whatever port: a page that rebinds its own name to 127.0.0.1
 * by DNS still sends that name. `allowed` adds names to the loopback ones, IPv6 addresses in brackets.
 */
export function isAllowedHost(hostHeader: string | undefined, allowed: readonly string[]): boolean {
  const name = readName(hostHeader ?? '');
  if (name === null) return false;
  return isLoopbackName(name) || allowed.some((each) => each.toLowerCase() === name);
}

/**
 * Tells whether a request's `Origin` may use a local server: no Origin at all (not a browser), or a page that an HTTP
 * server on this machine served.
 */
export function isAllowedOrigin(origin: string | undefined): boolean {
  if (origin === undefined) return true;
  return /^http:/i.test(origin) && isLoopbackOrigin(origin);
}

/** Tells whether a `Host` is a name that this machine has of itself, on whatever port. */
export const isLoopbackHost = (host: string): boolean => isAllowedHost(host, []);

/**
 * The host that a request was sent to; `''` where it names none. Where its target and its `Host` differ, one that is not
 * loopback: somebody has forwarded it.
 */
export const readHost = ({ hosts, target }: Pick<RequestHead, 'hosts' | 'target'>): string => {
  const authority = readAuthority(target);
  const named = authority === null ? hosts : [...hosts, authority];
  return named.find((host) => !isLoopbackHost(host)) ?? named[0] ?? '';
};

/** Tells whether only this machine can reach a server that listens at `address`. */
export const isLoopbackAddress = (address: string): boolean => {
  const name = address.toLowerCase();
  return name === '::1' || isLoopbackName(name);
};

/** Tells whether the user has allowed pages of this origin. Browsers write origins in lower case, without usual ports. */
export const isConfiguredOrigin = (origin: string, allowedOrigins: readonly string[]): boolean =>
  !isOpaque(origin) && allowedOrigins.some((each) => normalizeOrigin(each) === origin.toLowerCase());

/**
 * Judges a request by its head alone, HTTP and WebSocket alike; gives the error that refuses it.
 *
 * A `Host` that is no name of this machine is DNS rebinding, a foreign `Origin` is another site's script. `null`, the origin
 * of files and of any site's sandboxed frames, is always refused.
 */
export const judgeRequestHead = (head: RequestHead, policy: NetworkPolicy): GatewayError | null => {
  const { hosts, origin, target, isEncrypted } = head;
  const [host = ''] = hosts;
  if (hosts.length > 1) return new GatewayError('permission_denied', 'The request has more than one Host header.');
  const authority = readAuthority(target);
  for (const each of authority === null ? [host] : [host, authority]) {
    const isAllowed =
      isAllowedHost(each, policy.allowedHosts()) || (policy.allowsAddresses && isAddress(readName(each) ?? ''));
    if (!isAllowed) return toRefusedHost(each);
  }
  if (origin === undefined) return null;
  const isAllowed =
    !isOpaque(origin) &&
    (isOwnOrigin(origin, host, isEncrypted) ||
      isLoopbackOrigin(origin) ||
      isConfiguredOrigin(origin, policy.allowedOrigins));
  return isAllowed ? null : toRefusedOrigin(origin);
};

/** The error for pages that the user has not allowed. */
export const toRefusedOrigin = (origin: string): GatewayError =>
  new GatewayError(
    'permission_denied',
    isOpaque(origin)
      ? 'Web pages of the Origin "null" may never use this server: files and sandboxed frames of any site have it. Serve the page over HTTP.'
      : `Web pages of the Origin "${quote(origin)}" may not use this server. To let them, add the origin to the setting portside.allowedOrigins, or to PORTSIDE_ALLOWED_ORIGINS.`,
  );

const toRefusedHost = (host: string): GatewayError => {
  const name = readName(host);
  const refusal =
    host === '' ? 'A request needs a Host header with an allowed name.' : `The Host "${quote(host)}" is not allowed.`;
  return new GatewayError(
    'permission_denied',
    name === 'host.docker.internal'
      ? `${refusal} To serve containers, start Portside by \`portside serve --docker\`, or run the command "Portside: Allow Docker Containers". Both allow this name in portside.allowedHosts (PORTSIDE_ALLOWED_HOSTS) and let containers reach the server.`
      : `${refusal} Use http://127.0.0.1 or http://localhost with the port, or add the name to the setting portside.allowedHosts, or to PORTSIDE_ALLOWED_HOSTS.`,
  );
};

const readName = (host: string): string | null => HOST_PATTERN.exec(host)?.groups?.['name']?.toLowerCase() ?? null;

/** The host of a target that is a whole address; `null` for a path and for `*`. */
const readAuthority = (target: string): string | null =>
  target.startsWith('/') || target === '*' ? null : (/^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)/i.exec(target)?.[1] ?? target);

const isLoopbackName = (name: string): boolean =>
  name === 'localhost' || name === '[::1]' || (name.startsWith('127.') && isIPv4(name));

const isAddress = (name: string): boolean => isIP(name.replace(/^\[(.*)\]$/, '$1')) !== 0;

/** A proxy in front of a server without TLS may have added it: `https` is its own there too. */
const isOwnOrigin = (origin: string, host: string, isEncrypted: boolean): boolean => {
  const page = origin.toLowerCase();
  const own = host.toLowerCase();
  return page === `https://${own}` || (!isEncrypted && page === `http://${own}`);
};

const isLoopbackOrigin = (origin: string): boolean => {
  const host = /^https?:\/\/(.+)$/i.exec(origin)?.[1];
  return host !== undefined && isLoopbackHost(host);
};

const isOpaque = (origin: string): boolean => origin.trim().toLowerCase() === 'null';

/** Origins of schemes that URL does not know, such as those of browser extensions, stay as they are. */
const normalizeOrigin = (origin: string): string => {
  const parsed = URL.parse(origin)?.origin ?? 'null';
  return (parsed === 'null' ? origin : parsed).toLowerCase();
};

const quote = (text: string): string => (text.length > MAX_QUOTE ? `${text.slice(0, MAX_QUOTE - 1)}…` : text);
