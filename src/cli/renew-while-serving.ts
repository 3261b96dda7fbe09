import type { Logger } from '../core/logger.ts';
import type { Renewal } from '../credentials/accounts/renewal.ts';
import type { Gateway } from '../host/gateway.ts';

/**
 * Renews the accounts' keys for as long as this gateway serves: of several Portsides, each would have its own made. Called before
 * the start of the gateway.
 */
export const renewWhileServing = (
  gateway: Pick<Gateway, 'onDidChangeState'>,
  startRenewal: () => Promise<Renewal>,
  logger: Logger,
): { readonly close: () => void } => {
  let renewal: Promise<Renewal | null> | null = null;

  const start = async (): Promise<Renewal | null> => {
    try {
      return await startRenewal();
    } catch (error) {
      logger.warn(`The accounts' keys are not renewed: ${error instanceof Error ? error.message : String(error)}`);
      return null;
    }
  };
  const end = (): void => {
    void renewal?.then((started) => started?.close());
    renewal = null;
  };
  const unfollow = gateway.onDidChangeState(({ status }) => {
    if (status === 'running') renewal ??= start();
    else end();
  });
  return {
    close() {
      unfollow();
      end();
    },
  };
};
