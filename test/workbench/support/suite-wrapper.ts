import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { WorkbenchFolders } from './workbench-folders.ts';

/** A test suite for the extension host that leaves its outcome in a file. */
export interface SuiteWrapper {
  /** The module to name to the workbench in place of the suite's. */
  readonly modulePath: string;
  /** `ok` when the suite ran to its end and passed; otherwise why not. */
  readOutcome(): string;
}

/**
 * Wraps the module of a suite. If the extension host dies in the middle of it, the workbench reports success: only what
 * the suite's own `run` left behind can be believed.
 */
export const createSuiteWrapper = (folders: WorkbenchFolders, suitePath: string): SuiteWrapper => {
  const outcomeFile = path.join(folders.artifacts, 'suite-outcome');
  const modulePath = path.join(folders.root, 'suite.cjs');
  writeFileSync(
    modulePath,
    `exports.run = async () => {
  const { writeFileSync } = require('node:fs');
  const { pathToFileURL } = require('node:url');
  const suitePath = ${JSON.stringify(suitePath)};
  const outcomeFile = ${JSON.stringify(outcomeFile)};
  try {
    const loaded = await import(pathToFileURL(suitePath).href);
    const run = loaded.run ?? loaded.default.run;
    await run();
  } catch (error) {
    writeFileSync(outcomeFile, 'failed: ' + (error?.stack ?? error));
    throw error;
  }
  writeFileSync(outcomeFile, 'ok');
};
`,
  );
  return {
    modulePath,
    readOutcome: () =>
      existsSync(outcomeFile) ? readFileSync(outcomeFile, 'utf8') : 'The extension host ended before the suite did.',
  };
};
