import type { Renewal } from '../credentials/accounts/renewal.ts';
import type { Gateway } from '../host/gateway.ts';

/**
 * Renews the accounts' keys for as long as this gateway serves: of several Portsides, each would have its own made. Called before
 * the start of the gateway.
 */
export const renewWhileServing = (
  gateway: Pick<Gateway, 'onDidChangeState'>,
  startRenewal: () => Renewal,
): { readonly close: () => void } => {
  let renewal: Renewal | null = null;
  const end = (): void => {
    renewal?.close();
    renewal = null;
  };
  const unfollow = gateway.onDidChangeState(({ status }) => {
    if (status === 'running') renewal ??= startRenewal();
    else end();
  });
  return {
    close() {
      unfollow();
      end();
    },
  };
};
