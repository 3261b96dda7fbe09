/** How long the bridge waits for what. All in milliseconds. */
export interface BridgeTimeouts {
  /** From the fork to the answer of the handshake, which comes once the SDK is loaded. */
  readonly startMs: number;
  /** How long a request waits for a child that is starting or about to be restarted. */
  readonly readyMs: number;
  /** Between two pings of a child that is ready. */
  readonly pingIntervalMs: number;
  /** A ping unanswered for this long means that the child hangs. */
  readonly pingMs: number;
  /** The polite part of a stop; after it the process tree is killed. */
  readonly shutdownMs: number;
  /** The first restart after a crash comes this much later; each further one takes twice as long. */
  readonly backoffMs: number;
  /** The SDK's making of an agent, which asks Cursor for the account and its models. */
  readonly createMs: number;
  /** The SDK's sending of a prompt, up to the point where the answer may begin. */
  readonly sendMs: number;
  /** From the end of the model's turn to the end of the stream. */
  readonly turnEndMs: number;
  /** From a warm-up that failed to the next one, where somebody asks for it. */
  readonly warmUpRetryMs: number;
}

/** A process that has been killed is gone after this. */
export const KILLED_MS = 400;

export const DEFAULT_BRIDGE_TIMEOUTS: BridgeTimeouts = {
  startMs: 30_000,
  readyMs: 30_000,
  pingIntervalMs: 5_000,
  pingMs: 10_000,
  shutdownMs: 1_500,
  backoffMs: 100,
  createMs: 30_000,
  sendMs: 30_000,
  turnEndMs: 10_000,
  warmUpRetryMs: 5_000,
};
