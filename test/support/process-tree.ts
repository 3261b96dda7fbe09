import { readdirSync, readFileSync } from 'node:fs';

/** A process as Linux shows it. */
export interface ProcessInfo {
  readonly pid: number;
  readonly parentPid: number;
  readonly commandLine: string;
}

/** The processes of this machine that have not ended; one that only waits for its parent to ask for its exit code has. */
const listProcesses = (): ProcessInfo[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        // The name in brackets may itself hold brackets and spaces.
        const [state, parentPid] = readFileSync(`/proc/${name}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
        if (state === 'Z' || state === 'X') return [];
        const commandLine = readFileSync(`/proc/${name}/cmdline`, 'utf8').split('\0').join(' ').trim();
        return [{ pid: Number(name), parentPid: Number(parentPid), commandLine }];
      } catch {
        return []; // It ended meanwhile.
      }
    });

/** The direct children of a process. */
export const findChildren = (pid: number): ProcessInfo[] =>
  listProcesses().filter(({ parentPid }) => parentPid === pid);

/** The processes that a process has started, with all that these have started. */
export const findDescendants = (pid: number): ProcessInfo[] => {
  const processes = listProcesses();
  const below = (parents: readonly number[]): ProcessInfo[] => {
    const children = processes.filter(({ parentPid }) => parents.includes(parentPid));
    return children.length === 0 ? [] : [...children, ...below(children.map((child) => child.pid))];
  };
  return below([pid]);
};

/** Those of the given processes that still run, as themselves and not as another one of the same number. */
export const findRunning = (wanted: readonly ProcessInfo[]): ProcessInfo[] => {
  const running = listProcesses();
  return wanted.filter(({ pid, commandLine }) =>
    running.some((other) => other.pid === pid && other.commandLine === commandLine),
  );
};

const isBridge = ({ commandLine }: ProcessInfo): boolean => /[/\\]dist[/\\]bridge\.js\b/.test(commandLine);

/** The bridge of a server: its direct child whose command line says so. */
export const findBridge = (serverPid: number): ProcessInfo | undefined => findChildren(serverPid).find(isBridge);

/** The bridges of all servers in the processes that a process has started, as of an editor's windows. */
export const findBridges = (pid: number): ProcessInfo[] => findDescendants(pid).filter(isBridge);
