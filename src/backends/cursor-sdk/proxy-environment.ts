import { isIP } from 'node:net';
import type { ProxySettings } from '../../core/backend.ts';

/** The variables that tell Node.js of HTTP proxies, and what is wrong with what the user has set. */
export interface ProxyEnvironment {
  /** Empty where no proxy is set. */
  readonly variables: ProxyVariables;
  /** What is set and cannot be used, for people; never holds the address, which may hold a password. */
  readonly problem: string | null;
}

export interface ProxyVariables {
  readonly HTTP_PROXY?: string;
  readonly HTTPS_PROXY?: string;
  readonly NO_PROXY?: string;
  /** Makes Node.js obey the others: https://nodejs.org/api/http.html#built-in-proxy-support */
  readonly NODE_USE_ENV_PROXY?: '1';
}

/** The names, in upper case, that this decides on: nothing else of them may reach the child. */
export const PROXY_VARIABLES: ReadonlySet<string> = new Set([
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'ALL_PROXY',
  'NO_PROXY',
  'NODE_USE_ENV_PROXY',
]);

/** Where the SDK goes when it is given no address. */
const CURSOR_ADDRESSES = ['https://api2.cursor.sh', 'https://api.cursor.com'] as const;

/**
 * Brings the editor's proxy settings and the environment into the one form that all of Node.js understands.
 *
 * As in VS Code, `http.proxy` wins over the environment where it is set. `NO_PROXY` of the environment holds for both, and a
 * name in it covers its subdomains, as it does for VS Code and curl.
 */
export const toProxyEnvironment = (proxy: ProxySettings, environment: NodeJS.ProcessEnv): ProxyEnvironment => {
  const read = (name: string): string =>
    (environment[name.toLowerCase()] ?? '').trim() || (environment[name] ?? '').trim();
  const all = read('ALL_PROXY');
  const setting = toProxyUrl(proxy.url.trim());
  const http = setting ?? toProxyUrl(read('HTTP_PROXY') || all);
  const https = setting ?? toProxyUrl(read('HTTPS_PROXY') || all);
  const problem =
    proxy.url.trim() !== '' && setting === null
      ? describeUnusable('The setting http.proxy')
      : [read('HTTP_PROXY'), read('HTTPS_PROXY'), all].some((url) => url !== '' && toProxyUrl(url) === null)
        ? describeUnusable('A proxy variable of the environment')
        : null;
  if (http === null && https === null) return { variables: {}, problem };
  const bypass = [...proxy.bypass, read('NO_PROXY')].flatMap((text) => text.split(/[\s,]+/u)).flatMap(toBypassEntries);
  return {
    variables: {
      ...(http !== null && { HTTP_PROXY: http }),
      ...(https !== null && { HTTPS_PROXY: https }),
      // Node.js' fetch knows the asterisk only where it stands alone.
      ...(bypass.length > 0 && { NO_PROXY: bypass.includes('*') ? '*' : [...new Set(bypass)].join(',') }),
      NODE_USE_ENV_PROXY: '1',
    },
    problem,
  };
};

/** Whether the way to a backend leads through a proxy. `backendUrl` is empty for Cursor's own service. */
export const isProxied = (variables: ProxyVariables, backendUrl: string): boolean =>
  (backendUrl === '' ? CURSOR_ADDRESSES : [backendUrl]).some((address) => {
    const url = URL.parse(address);
    if (url === null) return false;
    const proxy = url.protocol === 'http:' ? variables.HTTP_PROXY : variables.HTTPS_PROXY;
    return proxy !== undefined && !isBypassed(url, variables.NO_PROXY?.split(',') ?? []);
  });

const isBypassed = (url: URL, entries: readonly string[]): boolean => {
  const port = url.port || (url.protocol === 'http:' ? '80' : '443');
  return entries.some((entry) => {
    if (entry === '*') return true;
    const { name, port: entryPort } = parseEntry(entry);
    const fits = name.startsWith('.') ? url.hostname.endsWith(name) : url.hostname === name;
    return fits && (entryPort === null || entryPort === port);
  });
};

/** The address of a proxy, with a scheme; `null` where Node.js could not use it. */
const toProxyUrl = (text: string): string | null => {
  if (text === '') return null;
  const url = URL.parse(text.includes('://') ? text : `http://${text}`);
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:') || url.hostname === '') return null;
  try {
    // What Node.js will do with them at its start: a failure there would end the process.
    decodeURIComponent(url.username);
    decodeURIComponent(url.password);
  } catch {
    return null;
  }
  return url.href;
};

const describeUnusable = (what: string): string =>
  `${what} is not an address of an HTTP proxy (http://host:port), and is not used. SOCKS proxies and PAC files are not supported.`;

/** One entry of a bypass list for a name, and one for its subdomains. */
const toBypassEntries = (text: string): readonly string[] => {
  if (text === '') return [];
  if (text === '*') return ['*'];
  const { name, port } = parseEntry(text.toLowerCase().replace(/^\*?\./u, ''));
  const suffix = port === null ? '' : `:${port}`;
  const isName = isIP(name.replaceAll(/[[\]]/gu, '')) === 0;
  return [`${name}${suffix}`, ...(isName ? [`.${name}${suffix}`] : [])];
};

const parseEntry = (entry: string): { readonly name: string; readonly port: string | null } => {
  const match = /^(?<name>\[.+\]|[^:]+):(?<port>\d+)$/u.exec(entry);
  return { name: match?.groups?.['name'] ?? entry, port: match?.groups?.['port'] ?? null };
};
