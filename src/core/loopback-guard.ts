const LOOPBACK_NAMES: ReadonlySet<string> = new Set(['127.0.0.1', 'localhost', '[::1]']);

const HOST_PATTERN = /^(?<name>\[[0-9a-f:.]+\]|[^\s:/@?#[\]]+)(?::\d{1,5})?$/i;

/**
 * Tells whether a request's `Host` names this machine, on whatever port: a page that rebinds its own name to 127.0.0.1
 * by DNS still sends that name. `allowed` adds names to the loopback ones, IPv6 addresses in brackets.
 */
export function isAllowedHost(hostHeader: string | undefined, allowed: readonly string[]): boolean {
  const name = HOST_PATTERN.exec(hostHeader ?? '')?.groups?.['name']?.toLowerCase();
  if (name === undefined) return false;
  return LOOPBACK_NAMES.has(name) || allowed.some((each) => each.toLowerCase() === name);
}

/**
 * Tells whether a request's `Origin` may use a local server: no Origin at all (not a browser), or a page that an HTTP
 * server on this machine served.
 */
export function isAllowedOrigin(origin: string | undefined): boolean {
  if (origin === undefined) return true;
  const [scheme, rest] = [origin.slice(0, 7).toLowerCase(), origin.slice(7)];
  return scheme === 'http://' && isAllowedHost(rest, []);
}
