import { toBaseUrl } from '../../host/base-url.ts';
import type { GatewayState } from '../../host/gateway-state.ts';
import type { RawSettings } from '../settings-reader.ts';

const DEFAULT_HOST = '127.0.0.1';
const DEFAULT_PORT = 8765;

const readText = (value: unknown): string => (typeof value === 'string' ? value.trim() : '');

/**
 * Where clients find the server; where they would, by the settings, while it does not run. Ends in `/v1`. Pure.
 *
 * @param forwardedUrl the base URL for tools on the user's machine, where that is not the server's own
 */
export const toClientUrl = (state: GatewayState, forwardedUrl: string | null, read: RawSettings): string => {
  if (state.status === 'running') return forwardedUrl ?? state.baseUrl;
  if (state.status === 'served-elsewhere') return state.baseUrl;
  const port = read('port');
  return toBaseUrl(
    readText(read('host')) || DEFAULT_HOST,
    typeof port === 'number' && port > 0 ? port : DEFAULT_PORT,
    readText(read('tlsCertificatePath')) !== '',
  );
};
