/** A failure that a person can mend: shown as its one sentence, without a stack trace. */
export class SetupError extends Error {}

/** Runs a script's main function; a {@link SetupError} becomes one line on stderr and exit code 1. */
export const runMain = async (main) => {
  try {
    await main();
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    process.stderr.write(`\n${error.message}\n`);
    process.exitCode = 1;
  }
};
