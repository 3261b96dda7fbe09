import { GatewayError } from '../../core/gateway-error.ts';
import { RELEASE_PATH } from '../../server/routes/release.ts';
import { askLocally, type LocalPort } from './ask-locally.ts';

const PATIENCE_MS = 1_000;

/** Asks the Portside at a port to make way. @throws GatewayError where it does not agree */
export const askToMakeWay = async (place: LocalPort, controlToken: string, signal: AbortSignal): Promise<void> => {
  const status = await post(place, controlToken, AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]));
  if (status === 202) return;
  throw new GatewayError(
    'permission_denied',
    `The Portside that serves on port ${place.port} ${status === null ? 'gave no answer when it was asked' : 'does not agree'} to make way. Stop it where it was started.`,
  );
};

const post = async (place: LocalPort, controlToken: string, signal: AbortSignal): Promise<number | null> => {
  try {
    const headers = { authorization: `Bearer ${controlToken}` };
    return (await askLocally(place, { method: 'POST', path: RELEASE_PATH, headers, signal })).status;
  } catch {
    return null;
  }
};
