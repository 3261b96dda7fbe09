/** The access token that was made for a tool. */
export interface ToolToken {
  /** Its id among the access tokens. */
  readonly tokenId: string;
  /** A secret. */
  readonly token: string;
}

/** Keeps the access tokens that were made for tools, so that a tool's settings can be shown again. */
export interface ToolTokenStore {
  /** `null` where there is none for this tool. */
  read(toolId: string): Promise<ToolToken | null>;
  /** `null` forgets it. */
  write(toolId: string, entry: ToolToken | null): Promise<void>;
}
