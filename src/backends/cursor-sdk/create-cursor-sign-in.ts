import type { CursorProfile, CursorSignIn, IssuedKey } from '../../core/account.ts';
import type { GatewayErrorCode } from '../../core/error-specs.ts';
import { GatewayError } from '../../core/gateway-error.ts';
import type { BridgeOptions } from './bridge-options.ts';
import type { BridgeProcess } from './bridge-process.ts';
import { callBridge } from './call-bridge.ts';
import { exchangeSessionRequest, readProfileRequest, signInPageNotification, signInRequest } from './protocol.ts';
import { withOwnBridge } from './with-own-bridge.ts';

/**
 * Gets keys from Cursor through `@cursor/sdk`. Each call has a process of its own, which ends with the call: signing in needs
 * no server that runs.
 */
export const createCursorSignIn = (options: BridgeOptions): CursorSignIn => {
  const call = async <Result>(
    signal: AbortSignal,
    cancelled: readonly [code: GatewayErrorCode, message: string],
    use: (bridge: BridgeProcess) => Promise<Result>,
  ): Promise<Result> => {
    try {
      return await withOwnBridge(options, signal, use);
    } catch (error) {
      if (signal.aborted) throw new GatewayError(...cancelled, { cause: error });
      throw GatewayError.from(error);
    }
  };

  return {
    signIn: ({ keyName, onUrl, signal }) =>
      call(signal, SIGN_IN_CANCELLED, async (bridge) => {
        bridge.connection.onNotification(signInPageNotification, ({ url }) => onUrl(url));
        const { key } = await callBridge<{ readonly key: IssuedKey }>(
          bridge,
          (connection, token) => connection.sendRequest(signInRequest, { keyName }, token),
          signal,
        );
        return key;
      }),
    exchangeSession: ({ sessionToken, keyName, expiresAt, expectedEmail = null, signal }) =>
      call(signal, SIGN_IN_CANCELLED, async (bridge) => {
        const params = { sessionToken, keyName, expiresAt, expectedEmail };
        const { key } = await callBridge<{ readonly key: IssuedKey }>(
          bridge,
          (connection, token) => connection.sendRequest(exchangeSessionRequest, params, token),
          signal,
        );
        return key;
      }),
    readProfile: (apiKey, signal) =>
      call(signal, PROFILE_CANCELLED, async (bridge) => {
        const { profile } = await callBridge<{ readonly profile: CursorProfile }>(
          bridge,
          (connection, token) => connection.sendRequest(readProfileRequest, { apiKey }, token),
          signal,
        );
        return profile;
      }),
  };
};

const SIGN_IN_CANCELLED = ['cursor_sign_in_required', 'The sign-in was cancelled.'] as const;
const PROFILE_CANCELLED = ['timeout', 'Cursor did not say in time whose key it is. Try again.'] as const;
