import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** The folders of one child process. Nobody else uses them, so that they can be deleted as a whole. */
export interface InstanceFolders {
  /**
   * Where the SDK would write plain transcripts of all conversations. It is a file, so that no folder can be made there: a
   * conversation leaves nothing on the disk, and the SDK needs none of it.
   */
  readonly cursorDataPath: string;
  /** An empty folder outside of any git repository: in one, the SDK runs `git` and even `gh`. */
  readonly workFolder: string;
  /** Deletes all. Never throws. */
  remove(): void;
}

const INSTANCE_PREFIX = 'bridge-';

/**
 * Makes private folders (0700) for one child below `dataFolder`.
 *
 * @throws a system error where `dataFolder` cannot be written
 */
export const createInstanceFolders = (dataFolder: string): InstanceFolders => {
  mkdirSync(dataFolder, { recursive: true, mode: 0o700 });
  const instance = mkdtempSync(path.join(dataFolder, `${INSTANCE_PREFIX}${process.pid}-`));
  const cursorDataPath = path.join(instance, 'no-transcripts');
  const isInRepository = isInsideRepository(instance);
  const workFolder = isInRepository ? mkdtempSync(path.join(os.tmpdir(), 'portside-')) : path.join(instance, 'work');
  writeFileSync(cursorDataPath, '', { mode: 0o600 });
  if (!isInRepository) mkdirSync(workFolder, { mode: 0o700 });
  return {
    cursorDataPath,
    workFolder,
    remove() {
      removeFolder(workFolder);
      removeFolder(instance);
    },
  };
};

/**
 * Deletes what children of servers that are gone have left in `dataFolder`, as after a power cut. Others' folders stay: two
 * windows may share a data folder.
 */
export const removeLeftovers = (dataFolder: string): void => {
  let names: string[];
  try {
    names = readdirSync(dataFolder);
  } catch {
    return;
  }
  for (const name of names) {
    const owner = new RegExp(`^${INSTANCE_PREFIX}(\\d+)-`).exec(name)?.[1];
    if (owner === undefined) continue;
    const folder = path.join(dataFolder, name);
    if (!isRunning(Number(owner)) || isOlderThanOwner(folder, Number(owner))) removeFolder(folder);
  }
};

const removeFolder = (folder: string): void => {
  try {
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  } catch {
    // The next start tries again.
  }
};

const isInsideRepository = (folder: string): boolean => {
  for (let current = folder; ; current = path.dirname(current)) {
    if (existsSync(path.join(current, '.git'))) return true;
    if (path.dirname(current) === current) return false;
  }
};

/** Process numbers come again: after a boot, and in each container that starts with the same few processes. */
const isOlderThanOwner = (folder: string, owner: number): boolean => {
  const uptimeSeconds = owner === process.pid ? process.uptime() : os.uptime();
  try {
    return statSync(folder).mtimeMs < Date.now() - uptimeSeconds * 1000;
  } catch {
    return false;
  }
};

const isRunning = (processId: number): boolean => {
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
};
