/** What WebSockets may cost, all together and each of them. */
export interface SocketLimits {
  /** Open at once. */
  readonly maxSockets: number;
  /** Responses that are made at once for one connection. */
  readonly maxInFlight: number;
  /** Names of streams that one connection may use in its life. */
  readonly maxStreams: number;
  /** Requests that wait on one connection, and the bytes of their frames; a single one may always wait. */
  readonly maxWaiting: number;
  readonly maxWaitingBytes: number;
  /** What a client has not taken yet: beyond it, nothing more is made for it, and nothing more is read from it. */
  readonly maxBufferedBytes: number;
  /** From then on a connection takes no further requests. */
  readonly lifetimeMs: number;
  /** Between two pings; whoever gave no sign of life since the last one is cut off. */
  readonly pingMs: number;
  /** How long a client may take to say goodbye too. */
  readonly closeMs: number;
  /** How long what is under way may take to end where the server stops. */
  readonly stopMs: number;
}

/** Streams and lifetime are those of OpenAI. */
export const DEFAULT_SOCKET_LIMITS: SocketLimits = {
  maxSockets: 64,
  maxInFlight: 16,
  maxStreams: 32,
  maxWaiting: 64,
  maxWaitingBytes: 32 * 1024 * 1024,
  maxBufferedBytes: 1024 * 1024,
  lifetimeMs: 3_600_000,
  pingMs: 30_000,
  closeMs: 1000,
  stopMs: 1500,
};
