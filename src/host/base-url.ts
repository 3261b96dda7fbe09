import { isIPv6 } from 'node:net';

/** Whether the address stands for every interface. */
export const isEveryInterface = (host: string): boolean => host === '0.0.0.0' || host === '::';

/** The name or address under which this machine itself reaches a server that listens at `host`. */
export const toOwnAddress = (host: string): string => (isEveryInterface(host) ? '127.0.0.1' : host);

/** A host as it stands in URLs and in `Host` headers. */
export const toUrlHost = (host: string): string => (isIPv6(host) ? `[${host}]` : host);

/** A server for clients on this machine, without a path. */
export const toServerUrl = (host: string, port: number, isEncrypted: boolean): string =>
  `${isEncrypted ? 'https' : 'http'}://${toUrlHost(toOwnAddress(host))}:${port}`;

/** The base URL for clients on this machine. */
export const toBaseUrl = (host: string, port: number, isEncrypted: boolean): string =>
  `${toServerUrl(host, port, isEncrypted)}/v1`;
