import type { ProxySettings } from '../../core/backend.ts';

/** The editor's own settings about proxies, unchecked. */
export interface RawProxySettings {
  /** `http.proxy` */
  readonly proxy: unknown;
  /** `http.noProxy` */
  readonly noProxy: unknown;
  /** `http.proxySupport` */
  readonly support: unknown;
}

/** Takes over the editor's proxy for what Portside sends to Cursor. A SOCKS proxy is none that Node.js can use. Pure. */
export const toProxySettings = ({ proxy, noProxy, support }: RawProxySettings): ProxySettings => {
  const url = typeof proxy === 'string' ? proxy.trim() : '';
  const isUsable = support !== 'off' && /^https?:\/\//i.test(url) && URL.canParse(url);
  const hosts = Array.isArray(noProxy) ? noProxy : [];
  return {
    url: isUsable ? url : '',
    bypass: isUsable ? hosts.filter((host: unknown): host is string => typeof host === 'string' && host !== '') : [],
  };
};
