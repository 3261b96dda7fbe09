import type { AccountInfo } from '../../core/account.ts';
import type { DailyUsage } from '../../core/daily-usage.ts';
import type { ActivityLog } from '../../core/request-activity.ts';
import type { GatewayState } from '../../host/gateway-state.ts';
import type { OverviewModel } from '../../panel/models.ts';
import { HISTORY_MS, toHistory } from '../../panel/history.ts';
import { type ServerModelContext, toServerModel } from './server-model.ts';

const NOTHING_USED: DailyUsage = { requests: 0, inputTokens: 0, outputTokens: 0, costUsd: 0 };

/** What the overview shows. Pure. */
export const toOverviewModel = (
  state: GatewayState,
  context: ServerModelContext & {
    /** `null` where nothing was served yet. */
    readonly activity: Pick<ActivityLog, 'listSince' | 'today'> | null;
    /** The default account as far as it is known without a running server. */
    readonly account: AccountInfo | null;
    readonly now: number;
  },
): OverviewModel => {
  const { activity, account, now } = context;
  const isRunning = state.status === 'running';
  return {
    server: toServerModel(state, context),
    account: isRunning ? state.account : account,
    activeRuns: isRunning ? state.activeRuns : 0,
    queuedRuns: isRunning ? state.queuedRuns : 0,
    today: activity?.today ?? NOTHING_USED,
    history: toHistory(activity?.listSince(now - HISTORY_MS) ?? [], now),
  };
};
