import { Code, ConnectError, type ConnectRouter } from '@connectrpc/connect';
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
    createUserApiKey({ name, expiresAt }, context) {
      const minting = accounts.createApiKey(context.requestHeader.get('authorization'), {
        name,
        expiresAt: expiresAt === undefined ? null : Number(expiresAt),
      });
      if (minting.status === 'signed-out') throw toSignedOut();
      if (minting.status === 'denied') {
        throw new ConnectError('This account may not create API keys', Code.PermissionDenied);
      }
      return { apiKey: minting.apiKey };
    },
    getMe(_request, context) {
      const email = accounts.sessionEmail(context.requestHeader.get('authorization'));
      if (email === null) throw toSignedOut();
      return { authId: 'simulator|1', userId: 1, email, firstName: 'Sim' };
    },
  });
}

const toSignedOut = (): ConnectError =>
  new ConnectError('Sign in first: this is not the token of a session', Code.Unauthenticated);
