import type { Uri } from 'vscode';
import type { Logger } from '../../core/logger.ts';
import type { ActivityHolder } from '../activity-holder.ts';
import type { ConfigQuestion } from '../connect/config-question.ts';
import type { ToolTokenSecrets } from '../connect/tool-token-secrets.ts';
import type { ForwardedUrl } from '../network/forwarded-url.ts';
import type { ServerController } from '../server-controller.ts';
import type { ServicesHolder } from '../services.ts';

/** What a user has come to do with the panel. */
export type PanelMilestone = 'tool-connected' | 'request-seen';

/** What the panel works with. */
export interface PanelDependencies {
  readonly server: ServerController;
  readonly services: ServicesHolder;
  readonly activity: ActivityHolder;
  readonly forwardedUrl: ForwardedUrl;
  readonly toolTokens: ToolTokenSecrets;
  /** Whether a configuration is to be written, which commands answer. */
  readonly configQuestion: ConfigQuestion;
  /** Whether there is any Cursor account, without loading what reads accounts; `null` where that is not known yet. */
  readonly hasAccount: () => boolean | null;
  /** What the walkthrough waits for has happened: a tool was connected, or a request was seen. */
  readonly onMilestone: (milestone: PanelMilestone) => void;
  readonly context: {
    readonly extensionUri: Uri;
    /** The extension's own folder on disk. */
    readonly storageFolder: string;
    /** Tells that folder from others; see `toDataFolderId`. */
    readonly dataFolderId: string;
  };
  readonly logger: Logger;
}
