import type { ThinkingDisplay } from './decode-thinking.ts';

/** How an answer is encoded, in both forms; what is left out is as in a plain request. */
export interface MessageAnswerOptions {
  /** What becomes of the reasoning. Default: it is left out. */
  readonly thinkingDisplay?: ThinkingDisplay;
  /** The client's name of a tool, by the one that the engine has for it. Default: the same. */
  readonly toolNames?: ReadonlyMap<string, string>;
}
