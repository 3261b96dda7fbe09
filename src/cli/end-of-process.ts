/**
 * Resolves at SIGINT, SIGTERM or SIGHUP, or when the process at the other end of an IPC channel is gone. Further signals are
 * ignored: a terminal's Ctrl+C reaches the whole group and is then passed on once more by the process that started this one.
 */
export const endOfProcess = async (): Promise<void> => {
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve());
    if (process.connected) {
      process.once('disconnect', () => resolve());
      // The listener alone must not keep a process alive that has failed to start.
      process.channel?.unref();
    }
  });
  if (process.connected) process.disconnect();
};
