import path from 'node:path';
import { type Disposable, type Tab, TabInputTextDiff, Uri, commands, l10n, languages, window, workspace } from 'vscode';
import { showRemark } from '../notifications.ts';
import { CONFIG_PREVIEW_SCHEME } from './config-preview-scheme.ts';
import type { ConfigQuestion, OpenConfigQuestion } from './config-question.ts';

/** What is to be shown of a configuration before it is written: tokens are masked in it. */
export interface ConfigDifference {
  readonly file: string;
  /** `null` where there is no file yet. */
  readonly before: string | null;
  readonly after: string;
  readonly tool: {
    readonly name: string;
    /** The name that its configuration usually has, which tells its language. */
    readonly fileName: string;
  };
}

/** Shows the difference in the editor and asks. */
export interface ConfigPreview extends Disposable {
  /**
   * Resolves with whether it is to be written; the difference is closed then. Closing it means no, and so does another call: one
   * difference is shown at a time.
   */
  confirm(difference: ConfigDifference): Promise<boolean>;
}

/**
 * JSON Lines looks like JSON, and is judged by nobody: as JSON, the editor finds fault with a comment, a last comma or a `$schema`
 * that it may not load, all of which are right for the tool.
 */
const LANGUAGES: Readonly<Record<string, string>> = {
  '.json': 'jsonl',
  '.jsonc': 'jsonl',
  '.yaml': 'yaml',
  '.yml': 'yaml',
};

/** Before anybody sees it, so that no problem is shown that is none. */
const openAs = async (uri: Uri, language: string | undefined): Promise<void> => {
  if (language === undefined) return;
  try {
    await languages.setTextDocumentLanguage(await workspace.openTextDocument(uri), language);
  } catch {
    // An editor without this language still shows the text.
  }
};

const isDiffOf =
  (modified: Uri) =>
  ({ input }: Tab): boolean =>
    input instanceof TabInputTextDiff && input.modified.toString() === modified.toString();

const findDiffs = (modified: Uri): readonly Tab[] =>
  window.tabGroups.all.flatMap((group) => group.tabs.filter(isDiffOf(modified)));

const closeDiff = async (modified: Uri): Promise<void> => {
  const tabs = findDiffs(modified);
  if (tabs.length > 0) await window.tabGroups.close(tabs, true);
};

/** The editor has no way to take back one message alone; those of others stay in its list. */
const hideMessages = async (): Promise<void> => {
  try {
    await commands.executeCommand('notifications.hideToasts');
  } catch {
    // One that is left says so itself when it is answered.
  }
};

const describeChange = ({ file, before }: ConfigDifference): string =>
  before === null
    ? l10n.t('{0} is created as the editor shows, with an access token made for this tool. It can be undone.', file)
    : l10n.t(
        '{0} is changed as the editor shows, with an access token made for this tool. A copy of the present file is kept, and the change can be undone.',
        file,
      );

/**
 * Asks beside the difference, which stays free to be read. To put the message away is no answer: it may be in the way of what is
 * to be read, the editor itself puts it into its list after a while, and the same two buttons are above the difference.
 */
const askInMessage = (question: OpenConfigQuestion, difference: ConfigDifference): { readonly isGone: boolean } => {
  const write = l10n.t('Write');
  const cancel = l10n.t('Cancel');
  const message = { isGone: false };
  const ask = async (): Promise<void> => {
    try {
      const chosen = await window.showWarningMessage(
        [
          l10n.t('Write these settings for {0}?', difference.tool.name),
          describeChange(difference),
          l10n.t('Read it, then choose here or by the check mark or the cross above it.'),
        ].join(' '),
        write,
        cancel,
      );
      if (chosen === undefined) return;
      if (question.isAnswered) showRemark(l10n.t('This question was answered already'));
      else question.answer(chosen === write);
    } catch {
      // An editor that ends takes its messages away.
    } finally {
      message.isGone = true;
    }
  };
  void ask();
  return message;
};

/** Both sides are read-only documents of ours: the file itself could show a token. */
export const createConfigPreview = (questions: ConfigQuestion): ConfigPreview => {
  const texts = new Map<string, string>();
  const registration = workspace.registerTextDocumentContentProvider(CONFIG_PREVIEW_SCHEME, {
    provideTextDocumentContent: (uri) => texts.get(uri.toString()) ?? '',
  });
  let count = 0;
  let isDisposed = false;
  let latest: Promise<unknown> = Promise.resolve();

  const show = async (difference: ConfigDifference): Promise<boolean> => {
    if (isDisposed) return false;
    const { file, before, after, tool } = difference;
    count += 1;
    // Another address each time: the editor keeps what it has read from one.
    const toUri = (side: string): Uri =>
      Uri.from({ scheme: CONFIG_PREVIEW_SCHEME, path: `/${count}/${side}/${path.basename(file)}` });
    const left = toUri('before');
    const right = toUri('after');
    texts.set(left.toString(), before ?? '').set(right.toString(), after);
    const question = questions.open();
    const closing = window.tabGroups.onDidChangeTabs(({ closed }) => {
      // One that is moved is closed in one place and open in another.
      if (closed.some(isDiffOf(right)) && findDiffs(right).length === 0) question.answer(false);
    });
    let message = { isGone: true };
    try {
      const language = LANGUAGES[path.extname(tool.fileName).toLowerCase()];
      await openAs(left, language);
      await openAs(right, language);
      await commands.executeCommand(
        'vscode.diff',
        left,
        right,
        l10n.t('{0}: {1} with Portside', tool.name, path.basename(file)),
        // Looking at another file must not take its place.
        { preview: false },
      );
      if (!question.isAnswered) message = askInMessage(question, difference);
      return await question.answered;
    } finally {
      closing.dispose();
      question.answer(false);
      await closeDiff(right);
      texts.delete(left.toString());
      texts.delete(right.toString());
      if (!message.isGone) await hideMessages();
    }
  };

  return {
    async confirm(difference) {
      questions.answer(false);
      const before = latest;
      const confirmed = before.then(() => show(difference));
      latest = confirmed.catch(() => undefined);
      return await confirmed;
    },
    dispose() {
      isDisposed = true;
      questions.answer(false);
      registration.dispose();
    },
  };
};
