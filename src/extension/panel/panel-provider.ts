import { type Disposable, commands, window } from 'vscode';
import type { PanelTab } from '../../panel/contract/panel-messages.ts';
import type { AttachedPanel } from './main.ts';
import type { PanelDependencies } from './panel-dependencies.ts';

const VIEW_ID = 'portside.panel';

/** The extension's panel in the activity bar. */
export interface Panel extends Disposable {
  /** Opens it, at a tab where one is named. */
  open(target?: { readonly tab: PanelTab; readonly toolId?: string }): Promise<void>;
  /** What it tells beside the state of the server has changed. */
  refresh(): void;
}

/** Registers the panel. What fills it is loaded when it is first seen (`dist/panel.js`). */
export const createPanel = (dependencies: PanelDependencies): Panel => {
  let attached: AttachedPanel | null = null;
  let wanted: Parameters<AttachedPanel['reveal']>[0] | null = null;
  /** The view that is there now: one that has gone while its code was loaded is not filled any more. */
  let views = 0;

  const registration = window.registerWebviewViewProvider(VIEW_ID, {
    async resolveWebviewView(view) {
      views += 1;
      const own = views;
      view.onDidDispose(() => {
        if (own !== views) return;
        views += 1;
        attached?.dispose();
        attached = null;
      });
      attached?.dispose();
      attached = null;
      const { attachPanel } = await import('./main.ts');
      if (own !== views) return;
      attached = attachPanel(view, dependencies);
      if (wanted !== null) attached.reveal(wanted);
      wanted = null;
    },
  });

  return {
    async open(target) {
      if (target !== undefined) {
        if (attached === null) wanted = target;
        else attached.reveal(target);
      }
      await commands.executeCommand(`${VIEW_ID}.focus`);
    },
    refresh: () => attached?.refresh(),
    dispose() {
      views += 1;
      attached?.dispose();
      attached = null;
      registration.dispose();
    },
  };
};
