import path from 'node:path';
import { type Disposable, type Tab, TabInputTextDiff, Uri, commands, l10n, window, workspace } from 'vscode';

const SCHEME = 'portside-config';

/** What is to be shown of a configuration before it is written: tokens are masked in it. */
export interface ConfigDifference {
  readonly file: string;
  /** `null` where there is no file yet. */
  readonly before: string | null;
  readonly after: string;
  readonly toolName: string;
}

/** Shows the difference in the editor and asks. */
export interface ConfigPreview extends Disposable {
  /** Resolves with whether it is to be written; the difference is closed then. */
  confirm(difference: ConfigDifference): Promise<boolean>;
}

const closeDiff = async (modified: Uri): Promise<void> => {
  const isOurs = ({ input }: Tab): boolean =>
    input instanceof TabInputTextDiff && input.modified.toString() === modified.toString();
  const tabs = window.tabGroups.all.flatMap((group) => group.tabs.filter(isOurs));
  if (tabs.length > 0) await window.tabGroups.close(tabs, true);
};

/** Both sides are read-only documents of ours: the file itself could show a token. */
export const createConfigPreview = (): ConfigPreview => {
  const texts = new Map<string, string>();
  const registration = workspace.registerTextDocumentContentProvider(SCHEME, {
    provideTextDocumentContent: (uri) => texts.get(uri.toString()) ?? '',
  });
  let count = 0;

  return {
    async confirm({ file, before, after, toolName }) {
      count += 1;
      // Another address each time: the editor keeps what it has read from one.
      const toUri = (side: string): Uri =>
        Uri.from({ scheme: SCHEME, path: `/${count}/${side}/${path.basename(file)}` });
      const left = toUri('before');
      const right = toUri('after');
      texts.set(left.toString(), before ?? '').set(right.toString(), after);
      try {
        await commands.executeCommand(
          'vscode.diff',
          left,
          right,
          l10n.t('{0}: {1} with Portside', toolName, path.basename(file)),
          { preview: true },
        );
        const write = l10n.t('Write');
        const chosen = await window.showInformationMessage(
          l10n.t('Write these settings for {0}?', toolName),
          {
            modal: true,
            detail:
              before === null
                ? l10n.t(
                    '{0} is created as the editor shows, with an access token made for this tool. It can be undone.',
                    file,
                  )
                : l10n.t(
                    '{0} is changed as the editor shows, with an access token made for this tool. A copy of the present file is kept, and the change can be undone.',
                    file,
                  ),
          },
          write,
        );
        return chosen === write;
      } finally {
        await closeDiff(right);
        texts.delete(left.toString());
        texts.delete(right.toString());
      }
    },
    dispose() {
      registration.dispose();
      texts.clear();
    },
  };
};
