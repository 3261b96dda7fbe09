/**
 * Resolves at SIGINT, SIGTERM or SIGHUP, or when the process at the other end of an IPC channel is gone. From then on a
 * second signal has its usual effect.
 */
export const endOfProcess = async (): Promise<void> => {
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve());
    if (process.connected) {
      process.once('disconnect', () => resolve());
    }
  });
  if (process.connected) process.disconnect();
};
