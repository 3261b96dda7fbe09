/** What a connection may cost. */
export interface HttpLimits {
  /** How long the headers of a request may take to arrive, and a TLS handshake. */
  readonly headersMs: number;
  /** How often connections are looked at for it. */
  readonly checkIntervalMs: number;
  /** How long a connection stays open for another request. Clients keep theirs for the next turn; closing early races with it. */
  readonly keepAliveMs: number;
  /** Of all headers of a request together. */
  readonly maxHeaderBytes: number;
  readonly maxHeaderCount: number;
  /** How long a client may take none of an answer that is complete. Streams have a limit of their own: ServerTiming. */
  readonly slowReaderMs: number;
  /** What is still taken of a body that nobody reads: clients that send all of theirs first see the answer only then. */
  readonly unreadBodyBytes: number;
  /** How long a connection stays open after its last answer, for a client that still sends. */
  readonly lingerMs: number;
}

export const DEFAULT_HTTP_LIMITS: HttpLimits = {
  headersMs: 15_000,
  checkIntervalMs: 3000,
  keepAliveMs: 75_000,
  maxHeaderBytes: 16_384,
  maxHeaderCount: 200,
  slowReaderMs: 60_000,
  unreadBodyBytes: 32 * 1024 * 1024,
  lingerMs: 5000,
};
