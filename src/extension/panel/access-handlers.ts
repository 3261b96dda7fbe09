import { env, l10n, window } from 'vscode';
import { removeAccount, useAccount } from '../accounts/choose-account.ts';
import type { ToolTokenSecrets } from '../connect/tool-token-secrets.ts';
import { showRemark } from '../notifications.ts';
import type { ServicesHolder } from '../services.ts';
import { toGatewayFailure } from '../to-gateway-failure.ts';
import { readNewTokenForm } from '../tokens/new-token-form.ts';
import type { PanelCommandHandlers, PanelRequestHandlers } from './message-schemas.ts';

/** What the access tab can have done. */
export interface AccessHandlers {
  readonly requests: Pick<PanelRequestHandlers, 'createToken' | 'revokeToken'>;
  readonly commands: Pick<
    PanelCommandHandlers,
    'copyCreatedToken' | 'forgetCreatedToken' | 'useAccount' | 'removeAccount'
  >;
  /** Forgets the token that was created last: the panel does not show it any more. */
  readonly forgetCreated: () => void;
}

export const createAccessHandlers = (options: {
  readonly services: Pick<ServicesHolder, 'open'>;
  readonly toolTokens: Pick<ToolTokenSecrets, 'forgetRevoked'>;
  readonly now?: () => number;
}): AccessHandlers => {
  const { services, toolTokens, now = Date.now } = options;
  let created: string | null = null;
  const forgetCreated = (): void => {
    created = null;
  };

  const openTokens = async () => {
    const { tokens } = await (await services.open()).openTokens();
    return tokens;
  };

  return {
    requests: {
      async createToken(form) {
        const tokens = await openTokens();
        const read = readNewTokenForm(form, tokens.list(), { l10n, now: now() });
        if ('problem' in read) return { status: 'refused', message: read.problem };
        try {
          const { token, info } = tokens.create(read.name, read.limits);
          created = token;
          return { status: 'created', token, name: info.name };
        } catch (error) {
          const failure = toGatewayFailure(error);
          if (failure === null || failure.code === 'internal_error') throw error;
          return { status: 'refused', message: failure.message };
        }
      },
      async revokeToken({ id }) {
        const tokens = await openTokens();
        const info = tokens.list().find((token) => token.id === id);
        // Somebody else was quicker: the list will show it.
        if (info === undefined) return false;
        const confirm = l10n.t('Revoke Access Token');
        const chosen = await window.showWarningMessage(
          l10n.t('Revoke the access token "{0}"?', info.name),
          { modal: true, detail: l10n.t('Clients that use it are refused at once, and their answers end.') },
          confirm,
        );
        if (chosen !== confirm) return false;
        tokens.revoke(id);
        await toolTokens.forgetRevoked(tokens);
        showRemark(l10n.t('Revoked the access token {0}', info.name));
        return true;
      },
    },
    commands: {
      async copyCreatedToken() {
        if (created === null) return;
        await env.clipboard.writeText(created);
        showRemark(l10n.t('Copied the access token. Give it to clients as their API key.'));
      },
      forgetCreatedToken: forgetCreated,
      async useAccount({ name }) {
        const { accounts } = await services.open();
        await useAccount(accounts, name);
      },
      async removeAccount({ name }) {
        const { accounts } = await services.open();
        const account = (await accounts.list()).find((each) => each.name === name);
        if (account !== undefined) await removeAccount(accounts, account);
      },
    },
    forgetCreated,
  };
};
