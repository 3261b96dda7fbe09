import path from 'node:path';
import { installHost } from '../../test/workbench/host/install-host.mjs';
import { add } from './counts.mjs';
import { runCaptured } from './run-captured.mjs';
import { runVitest } from './vitest.mjs';

/** Packs the extension and runs it in a real workbench: by hand in a browser, and by a suite in its extension host. */
export const runWorkbench = async (context) => {
  const { root, node } = context;
  let chromiumPath;
  try {
    ({ chromiumPath } = await installHost({ log: (line) => process.stderr.write(`${line}\n`) }));
  } catch (error) {
    process.stderr.write(`\nNo workbench: ${error.message}\n`);
    return { passed: 0, failed: 1, skipped: 0 };
  }
  const env = {
    ...process.env,
    PATH: `${path.dirname(node)}${path.delimiter}${process.env.PATH}`,
    CHROMIUM: chromiumPath,
  };
  const packed = await runCaptured('package', node, ['scripts/package.mjs'], { cwd: root, env });
  if (packed.code !== 0) return { passed: 0, failed: 1, skipped: 0 };
  return add(await runVitest(context, ['workbench']), await runSuite(context, env));
};

/** The suite's own closing line is what counts; an extension host that dies prints none. */
const runSuite = async ({ root, node }, env) => {
  const runner = path.join(root, 'node_modules', '@vscode', 'test-cli', 'out', 'bin.mjs');
  const { code, output } = await runCaptured('extension host suite', node, [runner], { cwd: root, env });
  const line = /^(\d+) passed, (\d+) failed, (\d+) skipped$/m.exec(output);
  if (line === null) return { passed: 0, failed: 1, skipped: 0 };
  const [passed, failed, skipped] = line.slice(1).map(Number);
  return { passed, failed: failed === 0 && code !== 0 ? 1 : failed, skipped };
};
