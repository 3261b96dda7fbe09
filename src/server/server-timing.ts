/** How long the server keeps quiet before it reassures a waiting client. */
export interface ServerTiming {
  /** From the request to the first bytes of a stream, where there is nothing to send; until then a failure keeps its HTTP status. */
  readonly quietMs: number;
  /** Between two signs of life later on. Agents give up after 240 s of silence. */
  readonly heartbeatMs: number;
}

export const DEFAULT_TIMING: ServerTiming = { quietMs: 20_000, heartbeatMs: 15_000 };
