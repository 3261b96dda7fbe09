import { html, render } from 'lit';
import { keyed } from 'lit/directives/keyed.js';
import type { MessageToExtension } from '../../../src/panel/contract/define.ts';
import { createAnnouncer } from '../../../src/webview/create-announcer.ts';
import { createLocalizer } from '../../../src/webview/create-localizer.ts';
import { createMemory } from '../../../src/webview/create-memory.ts';
import { createTransport } from '../../../src/webview/create-transport.ts';
import type { TabView, ViewContext } from '../../../src/webview/tab-view.ts';
import { provideElementInternals } from './element-internals.ts';

type SentRequest = MessageToExtension & { readonly kind: 'request' };

/** A view in a page, with the panel's own transport, memory and announcer around it; the test is the extension. */
export interface MountedView<View> {
  readonly view: View;
  readonly root: HTMLElement;
  /** Draws what has changed, and lets the focus move. */
  settle(): Promise<void>;
  /** Takes the view out of the page, as another tab does, or puts it in again. */
  show(isShown: boolean): Promise<void>;
  /** The requests sent so far by this method, the oldest first. */
  requests(method: string): readonly SentRequest[];
  /** The parameters of the commands sent so far by this method. */
  commands(method: string): readonly unknown[];
  answer(request: SentRequest | undefined, result: unknown): Promise<void>;
  fail(request: SentRequest | undefined, message: string): Promise<void>;
  /** The state that the editor keeps of the panel. */
  state(): unknown;
  /** What was last said to screen readers. */
  announced(): string;
  /** The one element of this selector whose words or name begin with `name`. @throws Error where there is not exactly one */
  find(selector: string, name?: string): HTMLElement;
  has(selector: string, name?: string): boolean;
  click(selector: string, name?: string): Promise<void>;
  type(selector: string, text: string): Promise<void>;
  press(selector: string, key: string): Promise<void>;
}

const nameOf = (element: Element): string =>
  (element.getAttribute('aria-label') ?? element.textContent).replace(/\s+/gu, ' ').trim();

/** Mounts a view. `state` is what an earlier panel has kept. */
export const mountView = <View extends Pick<TabView<never>, 'render'>>(
  create: (context: ViewContext) => View,
  state?: unknown,
): MountedView<View> => {
  provideElementInternals();
  const sent: MessageToExtension[] = [];
  let kept = state;
  let isShown = true;
  const root = document.createElement('div');
  document.body.replaceChildren(root);
  const announcer = createAnnouncer();
  document.body.append(announcer.element);
  const memory = createMemory({
    getState: () => kept,
    setState: (next) => {
      kept = next;
    },
  });
  const drop = (): void => {};
  const transport = createTransport(
    { postMessage: (message: MessageToExtension) => void sent.push(message) },
    {
      overview: drop,
      allRequests: drop,
      changedRequests: drop,
      requestDetail: drop,
      answerText: drop,
      sessions: drop,
      access: drop,
      connect: drop,
      reveal: drop,
    },
  );
  const view = create({
    client: transport.client,
    l10n: createLocalizer(null),
    locale: 'en-US',
    invalidate: drop,
    announce: (text) => announcer.announce(text),
    memory: memory.of('view'),
  });
  const settle = async (): Promise<void> => {
    // Each turn: answers arrive, the view changes, is drawn, and what a drawing asks for happens.
    for (let turn = 0; turn < 8; turn += 1) {
      await Promise.resolve();
      // As the panel changes its tabs.
      render(
        html`<main>${keyed(isShown, html`<div>${isShown ? view.render() : html`<p>Another tab</p>`}</div>`)}</main>`,
        root,
      );
    }
  };
  const matching = (selector: string, name: string): HTMLElement[] =>
    [...root.querySelectorAll<HTMLElement>(selector)].filter((element) => nameOf(element).startsWith(name));
  const find = (selector: string, name = ''): HTMLElement => {
    const [element, ...others] = matching(selector, name);
    if (element === undefined || others.length > 0) {
      throw new Error(
        `${others.length + (element === undefined ? 0 : 1)} of ${selector} "${name}" in ${root.textContent}`,
      );
    }
    return element;
  };
  const receive = async (request: SentRequest | undefined, outcome: object): Promise<void> => {
    if (request === undefined) throw new Error('This request was not sent.');
    transport.receive({ id: request.id, ...outcome });
    await settle();
  };
  return {
    view,
    root,
    settle,
    find,
    async show(next) {
      isShown = next;
      await settle();
    },
    requests: (method) =>
      sent.filter((message): message is SentRequest => message.kind === 'request' && message.method === method),
    commands: (method) =>
      sent.filter((message) => message.kind === 'command' && message.method === method).map(({ params }) => params),
    answer: (request, result) => receive(request, { kind: 'result', result }),
    fail: (request, message) => receive(request, { kind: 'failure', message }),
    state: () => kept,
    announced: () => announcer.element.textContent,
    has: (selector, name = '') => matching(selector, name).length > 0,
    async click(selector, name = '') {
      const element = find(selector, name);
      element.focus();
      element.click();
      await settle();
    },
    async type(selector, text) {
      const element = find(selector);
      if (element instanceof HTMLInputElement || element instanceof HTMLSelectElement) element.value = text;
      element.focus();
      element.dispatchEvent(new Event(element instanceof HTMLSelectElement ? 'change' : 'input', { bubbles: true }));
      await settle();
    },
    async press(selector, key) {
      find(selector).dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
      await settle();
    },
  };
};
