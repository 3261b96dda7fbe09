import { Code, ConnectError, type ConnectRouter } from '@connectrpc/connect';
import { API_ACCOUNT } from './api-account.ts';
import type { Accounts } from './accounts.ts';
import { AnalyticsService, DashboardService, ServerConfigService } from './generated/aiserver_pb.ts';

const HTTP2_DEFAULT = 0;
const HTTP2_ALL_ENABLED = 2;
const PRIVACY_NO_STORAGE = 1;

/** Adds the unary services that the SDK calls around its runs. */
export function addAccountServices(
  router: ConnectRouter,
  accounts: Accounts,
  options: { readonly http2: boolean },
): void {
  router.service(ServerConfigService, {
    getServerConfig: () => ({
      configVersion: 'simulator',
      http2Config: options.http2 ? HTTP2_ALL_ENABLED : HTTP2_DEFAULT,
    }),
  });
  router.service(AnalyticsService, { bootstrapStatsig: () => ({}), trackEvents: () => ({}) });
  router.service(DashboardService, {
    getUserPrivacyMode: () => ({ privacyMode: PRIVACY_NO_STORAGE }),
    getTeamAdminSettingsOrEmptyIfNotInTeam: () => ({}),
    getTeamReposOrEmptyIfNotInTeam: () => ({}),
    getEffectiveUserPlugins: () => ({}),
    getManagedSkills: () => ({}),
    createUserApiKey(_request, context) {
      const apiKey = accounts.createApiKey(context.requestHeader.get('authorization'));
      if (apiKey === null)
        throw new ConnectError('Sign in first: this is not the token of a session', Code.Unauthenticated);
      return { apiKey };
    },
    getMe(_request, context) {
      if (!accounts.isSession(context.requestHeader.get('authorization'))) {
        throw new ConnectError('Sign in first: this is not the token of a session', Code.Unauthenticated);
      }
      return { authId: 'simulator|1', userId: 1, email: API_ACCOUNT.userEmail, firstName: API_ACCOUNT.userFirstName };
    },
  });
}
