import http from 'node:http';
import https from 'node:https';

/**
 * Whether this Node.js obeys the proxy variables that it was started with. Its own agents then hold on to the environment
 * (https://nodejs.org/api/http.html#built-in-proxy-support); versions that cannot do it in `http` do not know the option.
 */
export const canUseProxy = (): boolean => [http.globalAgent, https.globalAgent].every(isProxied);

const isProxied = (agent: http.Agent): boolean => {
  const options: unknown = 'options' in agent ? agent.options : null;
  return typeof options === 'object' && options !== null && 'proxyEnv' in options && options.proxyEnv !== undefined;
};
