import { type Disposable, MarkdownString, StatusBarAlignment, ThemeColor, l10n, window } from 'vscode';
import type { GatewayState } from '../host/gateway-state.ts';
import type { CommandTitles } from './command-titles.ts';
import { onDidChangeSettings, readRawSettings } from './settings.ts';
import { type StatusBarView, toStatusBarItem } from './status-bar-item.ts';
import { followWish } from './status-bar-visibility.ts';

const BACKGROUNDS: Readonly<Record<StatusBarView['severity'], ThemeColor | undefined>> = {
  none: undefined,
  warning: new ThemeColor('statusBarItem.warningBackground'),
  error: new ThemeColor('statusBarItem.errorBackground'),
};

export interface StatusBar extends Disposable {
  /** `forwardedUrl`: the base URL for tools on the user's machine, where that is not the server's own. */
  update(state: GatewayState, forwardedUrl: string | null): void;
}

/** The extension's one item in the status bar, for as long as the user wants to see it. */
export const createStatusBar = (options: {
  version: string;
  titleOf: CommandTitles;
  dataFolderId: string;
  /** Whether this window takes over by itself when the one that serves goes. */
  takesOver: () => boolean;
}): StatusBar => {
  const item = window.createStatusBarItem('portside.status', StatusBarAlignment.Left);
  item.name = 'Portside';
  const visibility = followWish(item, {
    isWanted: () => readRawSettings('showStatusBar') !== false,
    onDidChange: onDidChangeSettings,
  });
  return {
    update(state, forwardedUrl) {
      const view = toStatusBarItem(state, { l10n, ...options, forwardedUrl, takesOver: options.takesOver() });
      const tooltip = new MarkdownString(view.tooltipMarkdown);
      tooltip.isTrusted = { enabledCommands: view.tooltipCommands };
      item.text = view.text;
      item.tooltip = tooltip;
      item.accessibilityInformation = { label: view.accessibilityLabel };
      item.backgroundColor = BACKGROUNDS[view.severity];
      item.command = view.command;
    },
    dispose() {
      visibility.dispose();
      item.dispose();
    },
  };
};
