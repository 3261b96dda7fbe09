import { isIPv6 } from 'node:net';

/** Whether only this machine can reach the address. */
export const isLoopback = (host: string): boolean => host === 'localhost' || host === '::1' || host.startsWith('127.');

/** The base URL for clients on this machine; an address that stands for every interface is reached at 127.0.0.1. */
export const toBaseUrl = (host: string, port: number): string => {
  const name = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : isIPv6(host) ? `[${host}]` : host;
  return `http://${name}:${port}/v1`;
};
