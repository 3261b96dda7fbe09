import os from 'node:os';
import { PackagingError } from './packaging-error.mjs';
import { runNpm } from './run-npm.mjs';
import { platformPackage } from './targets.mjs';

const toNumbers = (version) => version.split('.').map(Number);

const compare = (a, b) => {
  const [left, right] = [toNumbers(a), toNumbers(b)];
  const index = left.findIndex((part, position) => part !== right[position]);
  return index === -1 ? 0 : left[index] - right[index];
};

/**
 * The newest version of the SDK's package for `target` that the registry has and that is not newer than the SDK. A mirror
 * may lag behind for some platforms.
 * @returns {Promise<string>}
 * @throws {PackagingError} where there is none
 */
export const findPlatformVersion = async (target, sdkVersion) => {
  const name = platformPackage(target);
  const versions = [
    JSON.parse(await runNpm(['view', name, 'versions', '--json', '--loglevel=error'], os.tmpdir())),
  ].flat();
  const version = versions
    .filter((candidate) => /^\d+\.\d+\.\d+$/.test(candidate) && compare(candidate, sdkVersion) <= 0)
    .toSorted(compare)
    .at(-1);
  if (version === undefined)
    throw new PackagingError(`The npm registry in use has no ${name} for @cursor/sdk ${sdkVersion}.`);
  return version;
};
