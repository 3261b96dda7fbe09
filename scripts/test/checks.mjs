import path from 'node:path';
import { add, NOTHING } from './counts.mjs';
import { runCaptured } from './run-captured.mjs';

/** Types, lint, format, generated files and unused code: each counts as one test. */
export const runChecks = async ({ root, node }) => {
  const tool = (name) => path.join(root, 'node_modules', '.bin', name);
  const checks = [
    ['types', tool('tsc'), ['-p', '.']],
    ['types of the webview', tool('tsc'), ['-p', 'src/webview']],
    ['lint', tool('oxlint'), ['--deny-warnings']],
    ['format', tool('oxfmt'), ['--check', '.']],
    ['generated files', node, ['--disable-warning=MODULE_TYPELESS_PACKAGE_JSON', 'scripts/generate.ts', '--check']],
    ['lock file', node, ['scripts/complete-lock.mjs', '--check']],
    ['unused code', tool('knip'), []],
  ];
  // The tools' own shebang must find the same Node.js.
  const env = { ...process.env, PATH: `${path.dirname(node)}${path.delimiter}${process.env.PATH}` };
  let counts = NOTHING;
  for (const [title, command, args] of checks) {
    const { code } = await runCaptured(title, command, args, { cwd: root, env });
    counts = add(counts, { ...NOTHING, ...(code === 0 ? { passed: 1 } : { failed: 1 }) });
  }
  return counts;
};
