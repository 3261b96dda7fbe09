/** The two requests that a model answers; their answers differ in where the text is. */
export type OllamaAnswerKind = 'chat' | 'generate';

/** How an answer is encoded, in both forms. */
export interface OllamaAnswerOptions {
  readonly kind: OllamaAnswerKind;
  /** As the client named it: some look for their own word. */
  readonly model: string;
  readonly showsThinking: boolean;
  /** The client's name of a tool, by the one that the engine has for it. Default: the same. */
  readonly toolNames?: ReadonlyMap<string, string>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Milliseconds since the request came; never goes back. */
  readonly elapsedMs: () => number;
}
