// What `npm run package` does once everything is installed.
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { PackagingError } from './packaging-error.mjs';
import { runProcess } from './run-process.mjs';
import { targetNames } from './targets.mjs';

const rootFolder = path.join(import.meta.dirname, '..', '..');
const say = (line) => process.stdout.write(`${line}\n`);
const log = (line) => process.stderr.write(`${line}\n`);

const usage = `Usage: npm run package [-- --target <target> | --all]\nTargets: ${targetNames.join(', ')}.`;

const readTargets = () => {
  let values;
  try {
    ({ values } = parseArgs({ options: { target: { type: 'string', multiple: true }, all: { type: 'boolean' } } }));
  } catch (error) {
    throw new PackagingError(`${error.message}\n${usage}`);
  }
  const targets = values.all ? targetNames : (values.target ?? [`${process.platform}-${process.arch}`]);
  const unknown = targets.filter((target) => !targetNames.includes(target));
  if (unknown.length > 0) throw new PackagingError(`The Cursor SDK does not run on ${unknown.join(', ')}.\n${usage}`);
  return targets;
};

/** Builds beside `dist`: what runs from there, tests for example, goes on undisturbed. */
const build = async (builtFolder) => {
  const options = ['--production', '--outdir', builtFolder];
  await runProcess('The build failed', process.execPath, ['esbuild.mjs', ...options], { cwd: rootFolder });
};

const main = async () => {
  const targets = readTargets();
  // Loaded late: it brings vsce, which an old Node.js cannot even load.
  const { buildVsix } = await import('./build-vsix.mjs');
  const builtFolder = await mkdtemp(path.join(os.tmpdir(), 'portside-built-'));
  const failures = [];
  try {
    await build(builtFolder);
    for (const target of targets) {
      try {
        const { file, sizeBytes } = await buildVsix({ rootFolder, builtFolder, target, log });
        say(`${path.relative(rootFolder, file)}  ${(sizeBytes / 1_000_000).toFixed(1)} MB`);
      } catch (error) {
        if (!(error instanceof PackagingError)) throw error;
        failures.push(`No package for ${target}: ${error.message}`);
      }
    }
  } finally {
    await rm(builtFolder, { recursive: true, force: true });
  }
  if (failures.length > 0) throw new PackagingError(failures.join('\n'));
};

try {
  await main();
} catch (error) {
  if (!(error instanceof PackagingError)) throw error;
  log(error.message);
  process.exitCode = 1;
}
