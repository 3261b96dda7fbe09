/** How long the server waits, and how long it keeps quiet before it reassures a waiting client. */
export interface ServerTiming {
  /** From the request to the first bytes of a stream, where there is nothing to send; until then a failure keeps its HTTP status. */
  readonly quietMs: number;
  /** Between two signs of life later on. Agents give up after 240 s of silence. */
  readonly heartbeatMs: number;
  /** How long a client may take nothing of its stream before it is cut off and its run cancelled. */
  readonly slowReaderMs: number;
  /** How long a body may take whatever its pace; what has arrived of it earns it more, at `bodyBytesPerSecond`. */
  readonly bodyGraceMs: number;
  readonly bodyBytesPerSecond: number;
}

export const DEFAULT_TIMING: ServerTiming = {
  quietMs: 20_000,
  heartbeatMs: 15_000,
  slowReaderMs: 60_000,
  bodyGraceMs: 60_000,
  bodyBytesPerSecond: 16_384,
};
