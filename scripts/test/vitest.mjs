import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { runCaptured } from './run-captured.mjs';

/** Runs vitest projects and counts their tests. A run without a report, or with a file that could not be loaded, has failed. */
export const runVitest = async ({ root, node, results }, projects) => {
  const report = path.join(results, `vitest-${projects.join('-')}.json`);
  const args = [
    path.join(root, 'node_modules', 'vitest', 'vitest.mjs'),
    'run',
    ...projects.flatMap((project) => ['--project', project]),
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
  ];
  const env = { ...process.env, PATH: `${path.dirname(node)}${path.delimiter}${process.env.PATH}`, CI: 'true' };
  const { code } = await runCaptured(projects.join(', '), node, args, { cwd: root, env });
  if (!existsSync(report)) return { passed: 0, failed: 1, skipped: 0 };
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests } = JSON.parse(readFileSync(report, 'utf8'));
  const failed = numFailedTests === 0 && code !== 0 ? 1 : numFailedTests;
  return { passed: numPassedTests, failed, skipped: numPendingTests + numTodoTests };
};
