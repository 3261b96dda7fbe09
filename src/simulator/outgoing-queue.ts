/** Messages on their way to one client: written by a run, read by the transport at the pace of the socket. */
export interface OutgoingQueue<T> extends AsyncIterable<T> {
  /** Adds a message. Where the client lags behind, returns a promise to wait for before the next one. */
  push(message: T): Promise<void> | undefined;
  /** Ends the iteration after what is queued; with an error, the iteration throws it then. */
  end(error?: unknown): void;
}

/** So many messages may wait before the writer is asked to pause. */
const HIGH_WATER_MARK = 256;

export function createOutgoingQueue<T>(): OutgoingQueue<T> {
  let messages: T[] = [];
  let isEnded = false;
  let failure: { readonly error: unknown } | null = null;
  let wakeReader = Promise.withResolvers<void>();
  let drain: PromiseWithResolvers<void> | null = null;

  return {
    push(message) {
      if (isEnded) return undefined;
      messages.push(message);
      wakeReader.resolve();
      return messages.length >= HIGH_WATER_MARK ? (drain ??= Promise.withResolvers()).promise : undefined;
    },
    end(error) {
      if (isEnded) return;
      isEnded = true;
      if (error !== undefined) failure = { error };
      wakeReader.resolve();
    },
    async *[Symbol.asyncIterator]() {
      try {
        for (;;) {
          while (messages.length > 0) {
            const batch = messages;
            messages = [];
            for (const message of batch) yield message;
          }
          // The reader asks for more only once it has written what it took.
          drain?.resolve();
          drain = null;
          if (isEnded) break;
          wakeReader = Promise.withResolvers();
          await wakeReader.promise;
        }
        if (failure !== null) throw failure.error;
      } finally {
        drain?.resolve();
      }
    },
  };
}
