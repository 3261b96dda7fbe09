import { readFileSync, readdirSync } from 'node:fs';

const parentOf = (pid: number): number | undefined => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in parentheses may hold anything, spaces and parentheses included.
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return undefined;
  }
};

/** The process ids of all that descend from `pid`, itself first. */
export const processTree = (pid: number): readonly number[] => {
  const children = new Map<number, number[]>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const parent = parentOf(Number(name));
    if (parent !== undefined) children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
  }
  const found: number[] = [];
  const visit = (each: number): void => {
    found.push(each);
    children.get(each)?.forEach(visit);
  };
  visit(pid);
  return found;
};

/** The command line of a process, its parts separated by spaces; empty when there is no such process any more. */
export const commandLine = (pid: number): string => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
  } catch {
    return '';
  }
};

/** Whether the process runs. One that ended and was not waited for yet does not. */
export const isRunning = (pid: number): boolean => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2, stat.lastIndexOf(')') + 3) !== 'Z';
  } catch {
    return false;
  }
};

/** Portside's bridges among the descendants of `pid`. */
export const bridgeProcesses = (pid: number): readonly number[] =>
  processTree(pid).filter((each) => /[/\\]dist[/\\]bridge\.js\b/.test(commandLine(each)));
