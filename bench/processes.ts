import { readdirSync, readFileSync } from 'node:fs';

/** What Linux tells of a running process. */
export interface ProcessFacts {
  /** User and system time of all its threads so far. */
  readonly cpuMs: number;
  readonly parentId: number;
  /** Since the start of the machine. */
  readonly startedMs: number;
}

/** Clock ticks a second: fixed to 100 in the interface between Linux and programs. */
const TICK_MS = 10;

/** Reads `/proc/<pid>/stat`; see proc_pid_stat(5). */
const readFacts = (processId: number): ProcessFacts => {
  const text = readFileSync(`/proc/${processId}/stat`, 'latin1');
  // The second field is the name in parentheses, which may hold anything; state is the third.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const field = (number: number): number => Number(fields[number - 3]);
  return { cpuMs: (field(14) + field(15)) * TICK_MS, parentId: field(4), startedMs: field(22) * TICK_MS };
};

/** CPU time that the processes have used together. */
export const readCpuMs = (processIds: readonly number[]): number =>
  processIds.reduce((sum, processId) => sum + readFacts(processId).cpuMs, 0);

/** How long ago a process began. */
export const readAgeMs = (processId: number): number =>
  Number(readFileSync('/proc/uptime', 'latin1').split(' ')[0]) * 1000 - readFacts(processId).startedMs;

/** Resident memory of the processes together. */
export const readRssBytes = (processIds: readonly number[]): number =>
  processIds.reduce((sum, processId) => {
    const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${processId}/status`, 'latin1'))?.[1];
    return sum + Number(kibibytes) * 1024;
  }, 0);

/** The direct children of a process whose command line contains `word`. */
export const findChildren = (parentId: number, word: string): readonly number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((processId) => {
      try {
        return (
          readFacts(processId).parentId === parentId &&
          readFileSync(`/proc/${processId}/cmdline`, 'latin1').includes(word)
        );
      } catch {
        // It has ended meanwhile.
        return false;
      }
    });
