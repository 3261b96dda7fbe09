import type { Profiler } from './profiler.ts';
import { reportProfile } from './profile-report.ts';
import type { Rig, Source } from './rig.ts';

/** Streams of the profile: the case in which CPU time decides. */
const JOB = { streams: 50, deltas: 300 };

const RUNS = 3;

/** Profiles the processes that take part when 50 streams go as fast as they can, and says where their time goes. */
export const profileStreams = async (rig: Rig, profiler: Profiler): Promise<string> => {
  await rig.setAnswer({ ...JOB, everyMs: 0 });
  const reports: string[] = [];
  for (const [source, names] of [
    [rig.portside, ['server', 'bridge', 'simulator', 'client']],
    [rig.bareSdk, ['bare SDK', 'simulator']],
  ] as const) {
    reports.push(...(await profileSource(rig, profiler, source, names)));
  }
  return reports.join('\n\n');
};

const profileSource = async (
  rig: Rig,
  profiler: Profiler,
  source: Source,
  names: readonly string[],
): Promise<readonly string[]> => {
  // Profiles shall show compiled code.
  await source.run(JOB);
  const profiled = (await rig.findProcesses()).filter(({ name }) => names.includes(name));
  const processIds = profiled.map(({ processId }) => processId);
  profiler.start(processIds);
  for (let run = 0; run < RUNS; run += 1) await source.run(JOB);
  const files = await profiler.stop(processIds);
  return profiled.map(({ name }, index) =>
    reportProfile(`${name}, under ${source.name}`, files[index] ?? '', RUNS * JOB.streams * JOB.deltas),
  );
};
