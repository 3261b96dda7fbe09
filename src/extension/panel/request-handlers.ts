import { env, l10n } from 'vscode';
import type { RequestDetail } from '../../core/request-activity.ts';
import type { ActivityHolder } from '../activity-holder.ts';
import { showNotice, showRemark } from '../notifications.ts';
import type { PanelCommandHandlers, PanelRequestHandlers } from './message-schemas.ts';
import { toCurl } from './request-curl.ts';
import type { RequestPreview } from './request-preview.ts';

/** What the requests tab can have done. */
export interface RequestTabHandlers {
  readonly requests: Pick<PanelRequestHandlers, 'getRequest' | 'cancelRequest' | 'copyRequestAsCurl'>;
  readonly commands: Pick<PanelCommandHandlers, 'openRequest' | 'setCapture' | 'clearRequests'>;
}

export const createRequestHandlers = (options: {
  readonly activity: ActivityHolder;
  readonly preview: Pick<RequestPreview, 'show'>;
  /** All that is known of a request, for the page; `null` where it is not known any more. */
  readonly readRequest: (id: number) => RequestDetail | null;
  /** Where clients find the server, or where they would. */
  readonly toBaseUrl: () => string;
}): RequestTabHandlers => {
  const { activity, preview, readRequest, toBaseUrl } = options;

  const tellGone = (): void =>
    void showNotice({
      severity: 'info',
      message: l10n.t('This request is not known any more. The log keeps the newest ones only.'),
      actions: [],
    });

  return {
    requests: {
      getRequest: async ({ id }) => readRequest(id),
      cancelRequest: async ({ id }) => activity.log?.cancel(id) ?? false,
      async copyRequestAsCurl({ id }) {
        const request = activity.log?.find(id) ?? null;
        if (request === null) {
          tellGone();
          return false;
        }
        const words = {
          missingBody: l10n.t('The body was not captured. Add it with --data-raw.'),
          cutBody: l10n.t('The body is longer than what is captured of one. Add it with --data-raw.'),
        };
        await env.clipboard.writeText(toCurl(request, { baseUrl: toBaseUrl(), ...words }));
        showRemark(l10n.t('Copied as curl. Put an access token in PORTSIDE_TOKEN to run it.'));
        return true;
      },
    },
    commands: {
      async openRequest({ id }) {
        if ((activity.log?.findSummary(id) ?? null) === null) tellGone();
        else await preview.show(id);
      },
      async setCapture({ isCapturing }) {
        const log = isCapturing ? await activity.open() : activity.log;
        log?.setCapturing(isCapturing);
      },
      clearRequests() {
        activity.log?.clear();
      },
    },
  };
};
