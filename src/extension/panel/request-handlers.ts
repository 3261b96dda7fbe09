import { env, l10n, window, workspace } from 'vscode';
import type { ActivityHolder } from '../activity-holder.ts';
import { showNotice, showRemark } from '../notifications.ts';
import type { PanelCommandHandlers, PanelRequestHandlers } from './message-schemas.ts';
import { toCurl } from './request-curl.ts';
import { toRequestDocument } from './request-document.ts';

/** What the requests tab can have done. */
export interface RequestTabHandlers {
  readonly requests: Pick<PanelRequestHandlers, 'getRequest' | 'cancelRequest'>;
  readonly commands: Pick<PanelCommandHandlers, 'copyRequestAsCurl' | 'openRequest' | 'setCapture' | 'clearRequests'>;
}

export const createRequestHandlers = (options: {
  readonly activity: ActivityHolder;
  /** Where clients find the server, or where they would. */
  readonly toBaseUrl: () => string;
}): RequestTabHandlers => {
  const { activity, toBaseUrl } = options;

  const tellGone = (): void =>
    void showNotice({
      severity: 'info',
      message: l10n.t('This request is not known any more. The log keeps the newest ones only.'),
      actions: [],
    });

  return {
    requests: {
      getRequest: async ({ id }) => activity.log?.find(id) ?? null,
      cancelRequest: async ({ id }) => activity.log?.cancel(id) ?? false,
    },
    commands: {
      async copyRequestAsCurl({ id }) {
        const request = activity.log?.find(id) ?? null;
        if (request === null) {
          tellGone();
          return;
        }
        const missingBody = l10n.t('The body was not captured. Add it with --data-raw.');
        await env.clipboard.writeText(toCurl(request, { baseUrl: toBaseUrl(), missingBody }));
        showRemark(l10n.t('Copied as curl. Put an access token in PORTSIDE_TOKEN to run it.'));
      },
      async openRequest({ id }) {
        const request = activity.log?.find(id) ?? null;
        if (request === null) {
          tellGone();
          return;
        }
        const document = await workspace.openTextDocument({
          language: 'json',
          content: toRequestDocument(request),
        });
        await window.showTextDocument(document, { preview: true });
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
