import type { AccessTokenInfo } from '../../core/access-token.ts';
import type { AccountInfo } from '../../core/account.ts';
import type { Localizer } from '../../core/localizer.ts';
import type { GatewayState } from '../../host/gateway-state.ts';
import type { AccessModel } from '../../panel/models.ts';
import { describeWarning } from '../network/describe-warning.ts';

const DEFAULT_TOKEN = 'default';

/** What the access tab shows. Pure. */
export const toAccessModel = (
  known: {
    readonly tokens: readonly AccessTokenInfo[];
    readonly accounts: readonly AccountInfo[];
    readonly state: GatewayState;
    /** The setting `requireToken`, which a server that is not running yet will take over. */
    readonly requiresToken: boolean;
  },
  l10n: Localizer,
): AccessModel => {
  const { tokens, accounts, state, requiresToken } = known;
  const isDefault = ({ id }: AccessTokenInfo): boolean => id === DEFAULT_TOKEN;
  const warnings = state.status === 'running' ? state.warnings : requiresToken ? [] : (['no-token-required'] as const);
  return {
    tokens: [
      ...tokens.filter(isDefault),
      ...tokens.filter((token) => !isDefault(token)).toSorted((a, b) => a.createdAt - b.createdAt),
    ],
    accounts,
    warnings: warnings.map((warning) => describeWarning(warning, l10n)),
  };
};
