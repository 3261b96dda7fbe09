import { vi } from 'vitest';
import type { MessageToExtension } from '../../../src/panel/contract/define.ts';
import type { panelNotifications } from '../../../src/panel/contract/panel-messages.ts';
import { panelCommands, panelNotifications as notifications } from '../../../src/panel/contract/panel-messages.ts';
import { createApp } from '../../../src/webview/create-app.ts';
import { provideElementInternals } from './element-internals.ts';
import { stubLayout } from './stub-layout.ts';

type Notifications = typeof panelNotifications;
type PayloadOf<Name extends keyof Notifications> = NonNullable<Notifications[Name]['types']>['payload'];

/** The whole panel in a page; the test is the extension, and says when a frame is drawn. */
export interface MountedApp {
  readonly root: HTMLElement;
  readonly messages: readonly MessageToExtension[];
  tell<Name extends keyof Notifications>(name: Name, payload: PayloadOf<Name>): void;
  /** Gives the panel a message of any shape. */
  receive(message: unknown): void;
  /** Answers the newest request of a method. */
  answer(method: string, result: unknown): Promise<void>;
  fail(method: string, message: string): Promise<void>;
  /** Draws all frames that are asked for, until none is. Returns how many there were. */
  draw(): Promise<number>;
  /** The parameters of the commands sent so far. */
  commands(name: keyof typeof panelCommands): readonly unknown[];
  find(selector: string): HTMLElement;
  all(selector: string): readonly HTMLElement[];
  /** The element of a selector whose words or name begin with `name`. */
  named(selector: string, name: string): HTMLElement;
  press(target: HTMLElement, key: string): Promise<void>;
  /** What the editor keeps: give it to the next life of the panel. */
  state(): unknown;
}

/** Mounts the panel `width` CSS pixels wide. `state`: what an earlier life has kept. */
export const mountApp = async ({
  state,
  width = 400,
  l10n = null,
}: {
  readonly state?: unknown;
  readonly width?: number;
  readonly l10n?: Readonly<Record<string, string>> | null;
} = {}): Promise<MountedApp> => {
  provideElementInternals();
  const frames: FrameRequestCallback[] = [];
  vi.stubGlobal('requestAnimationFrame', (callback: FrameRequestCallback) => frames.push(callback));
  const layout = stubLayout(width);
  const messages: MessageToExtension[] = [];
  let kept = state;
  const root = document.createElement('div');
  document.body.replaceChildren(root);
  const app = createApp({
    root,
    host: {
      postMessage: (message: MessageToExtension) => void messages.push(message),
      getState: () => kept,
      setState: (next) => {
        kept = next;
      },
    },
    boot: { locale: 'en-US', l10n },
  });

  const draw = async (): Promise<number> => {
    let count = 0;
    for (let turn = 0; turn < 20; turn += 1) {
      // What custom elements draw, and what comes after a drawing, are microtasks.
      for (let step = 0; step < 4; step += 1) await Promise.resolve();
      layout.settle(root);
      const due = frames.splice(0);
      if (due.length === 0) return count;
      for (const frame of due) frame(0);
      count += due.length;
    }
    throw new Error('The panel asks for frames without end.');
  };

  const find = (selector: string): HTMLElement => {
    const element = root.querySelector<HTMLElement>(selector);
    if (element === null) throw new Error(`There is no ${selector} in ${root.textContent}`);
    return element;
  };
  const all = (selector: string): readonly HTMLElement[] => [...root.querySelectorAll<HTMLElement>(selector)];
  const settle = async (method: string, outcome: object): Promise<void> => {
    const request = messages.findLast((message) => message.kind === 'request' && message.method === method);
    if (request?.kind !== 'request') throw new Error(`There was no request ${method}.`);
    app.receive({ id: request.id, ...outcome });
    await draw();
  };

  await draw();
  return {
    root,
    messages,
    find,
    all,
    draw,
    tell: (name, payload) => app.receive({ kind: 'notification', method: notifications[name].method, payload }),
    receive: (message) => app.receive(message),
    answer: (method, result) => settle(method, { kind: 'result', result }),
    fail: (method, message) => settle(method, { kind: 'failure', message }),
    commands: (name) =>
      messages
        .filter((message) => message.kind === 'command' && message.method === panelCommands[name].method)
        .map(({ params }) => params),
    named: (selector, name) => {
      const found = all(selector).filter((element) => toName(element).startsWith(name));
      const [element] = found;
      if (element === undefined || found.length > 1) throw new Error(`${found.length} of ${selector} "${name}"`);
      return element;
    },
    press: async (target, key) => {
      target.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
      await draw();
    },
    state: () => structuredClone(kept),
  };
};

const toName = (element: HTMLElement): string =>
  (element.getAttribute('aria-label') ?? element.textContent).replaceAll(/\s+/gu, ' ').trim();
