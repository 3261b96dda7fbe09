import { type Disposable, MarkdownString, StatusBarAlignment, ThemeColor, l10n, window } from 'vscode';
import type { GatewayState } from '../host/gateway-state.ts';
import type { CommandTitles } from './command-titles.ts';
import { type StatusBarView, toStatusBarItem } from './status-bar-item.ts';

const BACKGROUNDS: Readonly<Record<StatusBarView['severity'], ThemeColor | undefined>> = {
  none: undefined,
  warning: new ThemeColor('statusBarItem.warningBackground'),
  error: new ThemeColor('statusBarItem.errorBackground'),
};

export interface StatusBar extends Disposable {
  update(state: GatewayState): void;
}

/** The extension's one item in the status bar. */
export const createStatusBar = (options: { version: string; titleOf: CommandTitles }): StatusBar => {
  const item = window.createStatusBarItem('portside.status', StatusBarAlignment.Left);
  item.name = 'Portside';
  return {
    update(state) {
      const view = toStatusBarItem(state, { l10n, ...options });
      const tooltip = new MarkdownString(view.tooltipMarkdown);
      tooltip.isTrusted = { enabledCommands: view.tooltipCommands };
      item.text = view.text;
      item.tooltip = tooltip;
      item.accessibilityInformation = { label: view.accessibilityLabel };
      item.backgroundColor = BACKGROUNDS[view.severity];
      item.command = view.command;
      item.show();
    },
    dispose() {
      item.dispose();
    },
  };
};
