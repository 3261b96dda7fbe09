import type { MessageToExtension } from '../panel/contract/define.ts';

/** What the editor gives a webview: `acquireVsCodeApi()` returns one, once. */
export interface EditorHost {
  readonly postMessage: (message: MessageToExtension) => void;
  /** What `setState` was last given, also by an earlier life of the page; `undefined` at first. */
  readonly getState: () => unknown;
  readonly setState: (state: unknown) => unknown;
}
