/**
 * Takes it quietly that nobody reads what is printed any more, as with `portside connect | head -3`. A command that serves ends
 * then, as at a signal; any other one finishes its work: what it writes is not to be cut off in the middle.
 */
export const endOnClosedOutput = (isServing: () => boolean): void => {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
      if (isServing() && !process.emit('SIGTERM', 'SIGTERM')) process.exit(0);
    });
  }
};
