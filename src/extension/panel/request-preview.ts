import { type Disposable, EventEmitter, type Tab, TabInputText, Uri, window, workspace } from 'vscode';
import type { ActivityHolder } from '../activity-holder.ts';
import { toRequestDocument } from './request-document.ts';

/** The scheme of the read-only documents that show a request. */
const REQUEST_SCHEME = 'portside-request';

/**
 * Shows a request in the editor as a read-only document that is in memory alone: what is captured may not reach the disk, where the
 * editor puts copies of whatever can be edited.
 */
export interface RequestPreview extends Disposable {
  /** Opens it as it is now. */
  show(id: number): Promise<void>;
  /** Requests or what was captured of them were forgotten: empties and closes the documents that showed them. */
  noteReset(): void;
}

const readShown = ({ input }: Tab): Uri | null =>
  input instanceof TabInputText && input.uri.scheme === REQUEST_SCHEME ? input.uri : null;

const closeTabs = async (tabs: readonly Tab[]): Promise<void> => {
  try {
    await window.tabGroups.close(tabs, true);
  } catch {
    // The user has closed one at the same moment; what is left is empty.
  }
};

export const createRequestPreview = (activity: Pick<ActivityHolder, 'log'>): RequestPreview => {
  const changes = new EventEmitter<Uri>();
  let isDisposed = false;

  // The log's id, as numbers of requests begin anew with each.
  const toUri = (id: number): Uri =>
    Uri.from({ scheme: REQUEST_SCHEME, path: `/request-${id}.json`, query: activity.log?.id ?? '' });

  /** Nothing is kept here: the log alone has it. */
  const readText = (uri: Uri): string => {
    const { log } = activity;
    const id = /^\/request-(\d+)\.json$/.exec(uri.path)?.[1];
    if (isDisposed || log === null || id === undefined || uri.query !== log.id) return '';
    const request = log.find(Number(id));
    return request === null ? '' : toRequestDocument(request);
  };

  const registration = workspace.registerTextDocumentContentProvider(REQUEST_SCHEME, {
    onDidChange: changes.event,
    provideTextDocumentContent: readText,
  });

  const close = (isGone: (uri: Uri) => boolean): void => {
    // One that is shown in no tab of its own, as beside another file, has its text taken all the same.
    for (const { uri } of workspace.textDocuments) if (uri.scheme === REQUEST_SCHEME) changes.fire(uri);
    const tabs = window.tabGroups.all
      .flatMap((group) => group.tabs)
      .filter((tab) => {
        const uri = readShown(tab);
        return uri !== null && isGone(uri);
      });
    if (tabs.length > 0) void closeTabs(tabs);
  };

  // The editor brings back the tabs of an earlier window, whose requests are gone.
  close((uri) => readText(uri) === '');

  return {
    async show(id) {
      const uri = toUri(id);
      // One that is open already shows an earlier state.
      changes.fire(uri);
      await window.showTextDocument(await workspace.openTextDocument(uri), { preview: true });
    },
    noteReset() {
      close((uri) => activity.log?.isCapturing !== true || readText(uri) === '');
    },
    dispose() {
      isDisposed = true;
      close(() => true);
      changes.dispose();
      registration.dispose();
    },
  };
};
