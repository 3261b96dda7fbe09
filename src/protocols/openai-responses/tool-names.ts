/** A tool as the client knows it. */
export interface ClientTool {
  /** `custom`: its input is free text, which the engine carries as `{"input": text}`. */
  readonly kind: 'function' | 'custom';
  readonly name: string;
  /** The group that it is in; `null` for none. */
  readonly namespace: string | null;
}

/** Finds the client's tool by the name that the engine has for it. */
export interface ToolNames {
  /** A function of that very name where there is none. */
  find(engineName: string): ClientTool;
}
