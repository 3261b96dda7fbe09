import http from 'node:http';
import http2 from 'node:http2';
import https from 'node:https';
import { syncBuiltinESMExports } from 'node:module';

/** The call by which Cursor's service may tell the SDK to use HTTP/2 all the same. */
const CONFIG_PATH = /\/aiserver\.v1\.ServerConfigService\/GetServerConfig$/u;

/**
 * Makes sure that the SDK never goes past an HTTP proxy, which Node.js cannot use for HTTP/2: takes HTTP/2 out of this
 * process, and lets the call fail that could make the SDK choose it against what it was configured to. Must be called before
 * the SDK is loaded.
 */
export const forceHttp1 = (): void => {
  Object.assign(http2, {
    connect: () => {
      throw new Error('HTTP/2 is turned off, as it cannot use the HTTP proxy.');
    },
  });
  Object.assign(http, { request: withoutConfig(http.request) });
  Object.assign(https, { request: withoutConfig(https.request) });
  syncBuiltinESMExports();
};

type Request = (...parts: readonly unknown[]) => unknown;

const withoutConfig = (request: unknown): Request => {
  if (!isRequest(request)) throw new Error('Node.js has no such function.');
  return (target, options, ...rest) =>
    isConfigCall(target) && typeof options === 'object'
      ? request(target, { ...options, signal: AbortSignal.abort() }, ...rest)
      : request(target, options, ...rest);
};

const isRequest = (value: unknown): value is Request => typeof value === 'function';

const isConfigCall = (target: unknown): boolean =>
  (typeof target === 'string' || target instanceof URL) && CONFIG_PATH.test(String(target));
