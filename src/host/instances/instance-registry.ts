import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import type { Logger } from '../../core/logger.ts';
import { type InstanceFile, isInstanceId, parseInstanceFile } from './instance-file.ts';

/**
 * The folder through which a user's Portsides find each other: one file for each that serves. Who can read it may ask them
 * to make way, and that is its user alone. Synchronous, so that a file is there before the first question meets its server.
 */
export interface InstanceRegistry {
  /** Writes or replaces the file of an instance. A failure is logged: the instance serves all the same, and cannot be asked to make way. */
  announce(instance: InstanceFile): void;
  /** Deletes the file of an instance. A failure is logged. */
  withdraw(id: string): void;
  /** `null` where there is no instance of this id, as where it is another user's. */
  find(id: string): InstanceFile | null;
  /** The instance of a running process that says that it serves at this port. */
  findByPort(port: number): InstanceFile | null;
  /** Deletes what instances have left behind that are gone; `isAnswering` is asked about those whose process is not seen. */
  clearLeftovers(isAnswering: (instance: InstanceFile) => Promise<boolean>): Promise<void>;
}

/** A file of a write that was broken off is left alone until it is this old. */
const DRAFT_MS = 60_000;

export const createInstanceRegistry = ({
  folder,
  logger,
}: {
  readonly folder: string;
  readonly logger: Logger;
}): InstanceRegistry => {
  const toFile = (id: string): string => path.join(folder, `${id}.json`);
  const find = (id: string): InstanceFile | null => {
    if (!isInstanceId(id)) return null;
    const instance = parseInstanceFile(readIfPresent(toFile(id)));
    return instance?.id === id ? instance : null;
  };
  const list = (): readonly InstanceFile[] =>
    namesIn(folder).flatMap((name) => (name.endsWith('.json') ? (find(name.slice(0, -'.json'.length)) ?? []) : []));
  const withdraw = (id: string): void => {
    try {
      rmSync(toFile(id), { force: true });
    } catch (error) {
      logger.warn(`${toFile(id)} cannot be deleted: ${String(error)}`);
    }
  };

  return {
    announce(instance) {
      try {
        mkdirSync(folder, { recursive: true, mode: 0o700 });
        chmodSync(folder, 0o700);
        writeFileAtomic.sync(toFile(instance.id), `${JSON.stringify(instance)}\n`, { mode: 0o600, fsync: false });
      } catch (error) {
        logger.warn(`${folder} cannot be written; other windows cannot ask this server to make way: ${String(error)}`);
      }
    },
    withdraw,
    find,
    findByPort: (port) =>
      list().find((each) => each.port === port && !each.isUnwanted && isRunning(each.processId)) ?? null,
    async clearLeftovers(isAnswering) {
      for (const name of namesIn(folder)) clearDraft(path.join(folder, name));
      await Promise.all(
        list().map(async (instance) => {
          // Of a process in another container, only its answer is seen.
          if (!instance.isUnwanted && isRunning(instance.processId)) return;
          if (await isAnswering(instance)) return;
          withdraw(instance.id);
        }),
      );
    },
  };
};

const namesIn = (folder: string): readonly string[] => {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
};

const readIfPresent = (file: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
};

const isRunning = (processId: number): boolean => {
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    // Another user's process may not be signalled, but it is there.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
};

const clearDraft = (file: string): void => {
  try {
    if (/\.json\.\d+$/.test(file) && Date.now() - statSync(file).mtimeMs > DRAFT_MS) rmSync(file, { force: true });
  } catch {
    // Its writer was faster.
  }
};
