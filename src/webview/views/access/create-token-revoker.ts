import { toMessage } from '../../to-message.ts';
import type { ViewContext } from '../../tab-view.ts';

/** Takes access tokens back. */
export interface TokenRevoker {
  /** Why the token of this id could not be revoked; `null` for no reason. */
  failureOf(id: string): string | null;
  /** The extension asks first. */
  revoke(token: { readonly id: string; readonly name: string }): Promise<void>;
}

export const createTokenRevoker = ({ client, l10n, invalidate, announce }: ViewContext): TokenRevoker => {
  const failures = new Map<string, string>();
  const asked = new Set<string>();
  return {
    failureOf: (id) => failures.get(id) ?? null,
    async revoke({ id, name }) {
      if (asked.has(id)) return;
      asked.add(id);
      failures.delete(id);
      invalidate();
      try {
        if (await client.request('revokeToken', { id })) announce(l10n.t('The token {0} is revoked', name));
      } catch (error) {
        failures.set(id, toMessage(error));
      } finally {
        asked.delete(id);
        invalidate();
      }
    },
  };
};
