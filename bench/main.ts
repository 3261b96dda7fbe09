// npm run bench -- [--quick] [--responses] [--profile] [--dist FOLDER]   (without --dist it builds first)
// --responses measures the Responses API alone.
// Measures Portside against the bare SDK and against a bare SSE writer, all on one simulator in a process of its own.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { buildChildren } from './build-children.ts';
import { toConversationBytesTable, toConversationTable, toToolRoundsTable } from './conversation-tables.ts';
import { measureConversations } from './measure-conversations.ts';
import { measureFirstDelta } from './measure-first-delta.ts';
import { measureResponses, type ResponseTimes } from './measure-responses.ts';
import { measureStartup, type Startup } from './measure-startup.ts';
import { measureStreams, type Series } from './measure-streams.ts';
import { measureToolRounds } from './measure-tool-rounds.ts';
import { measureUpstream } from './measure-upstream.ts';
import { FULL_PLAN, PACED_EVERY_MS, type Plan, QUICK_PLAN } from './plan.ts';
import { startSimulator } from './portside.ts';
import { createProcessKeeper, type ProcessKeeper } from './process-keeper.ts';
import { profileStreams } from './profile.ts';
import { createProfiler } from './profiler.ts';
import { toResponseTables } from './response-tables.ts';
import { toResponseTargets } from './response-targets.ts';
import { openRig, type RigOptions, withRig } from './rig.ts';
import { toCpuTable, toFirstDeltaTable, toSlowdownTable, toStartupTable, toStreamsTable } from './tables.ts';
import { toTargets, toTargetsTable } from './targets.ts';

const root = path.join(import.meta.dirname, '..');

const print = (...parts: readonly string[]): void => {
  process.stdout.write(`${parts.join('\n\n')}\n\n`);
};

const measureStarts = async (keeper: ProcessKeeper, options: RigOptions, plan: Plan): Promise<readonly Startup[]> => {
  const simulator = await startSimulator(keeper, options.distFolder);
  const starts: Startup[] = [];
  // The first start reads the files from the disk.
  for (let index = -1; index < plan.starts; index += 1) {
    const start = await measureStartup(keeper, {
      distFolder: options.distFolder,
      backendUrl: simulator.url,
      bareSdkFile: options.childFiles['bare-sdk'],
      bareSdkEnvironment: options.childEnvironment,
      folder: path.join(options.folder, `start-${index}`),
      measuresMemory: index >= 0 && index < plan.memoryRounds,
    });
    if (index >= 0) starts.push(start);
  }
  await keeper.stopAll();
  return starts;
};

const measureJobs = async (
  keeper: ProcessKeeper,
  options: RigOptions,
  jobs: Plan['paced'],
  everyMs: number,
): Promise<readonly Series[]> => {
  const all: Series[] = [];
  for (const job of jobs) {
    all.push(...(await withRig(keeper, options, (rig) => measureStreams(rig, { ...job, everyMs }))));
  }
  return all;
};

const measureAndPrintResponses = async (
  keeper: ProcessKeeper,
  options: RigOptions,
  plan: Plan,
): Promise<ResponseTimes> => {
  const responses = await measureResponses(keeper, options, plan.responses);
  print('## The Responses API', ...toResponseTables(responses));
  return responses;
};

const measureAll = async (keeper: ProcessKeeper, options: RigOptions, plan: Plan): Promise<void> => {
  const starts = await measureStarts(keeper, options, plan);
  print('## Start and memory', toStartupTable(starts));

  const firstDelta = await withRig(keeper, options, (rig) => measureFirstDelta(rig, plan.firstDelta));
  print('## First delta', toFirstDeltaTable(firstDelta));

  // Over HTTP/1.1, the SDK sends a request for each blob of the history, which it does not with Cursor's own service.
  const conversation = await withRig(keeper, { ...options, http2: true }, (rig) =>
    measureConversations(rig, plan.conversations),
  );
  const upstream = await measureUpstream(keeper, options, plan.conversations.turns);
  print('## A long conversation, whose client sends all of it with every turn', toConversationTable(conversation));
  print(toConversationBytesTable(upstream));

  const toolRounds = await withRig(keeper, options, (rig) => measureToolRounds(rig, plan.toolRounds));
  print('## Tool calls', toToolRoundsTable(toolRounds));

  const responses = await measureAndPrintResponses(keeper, options, plan);

  const unpaced = await measureJobs(keeper, options, plan.unpaced, 0);
  print('## As fast as it goes', toStreamsTable(unpaced), toCpuTable(unpaced));

  const paced = await measureJobs(keeper, options, plan.paced, PACED_EVERY_MS);
  print(`## Paced: ${1000 / PACED_EVERY_MS} deltas a second in each stream`, toStreamsTable(paced));
  print('Total time of a stream, behind that of the bare SDK’s median stream:', toSlowdownTable(paced));

  const all = { starts, firstDelta, conversation, upstream, toolRounds, responses, unpaced, paced };
  print('## Targets', toTargetsTable(toTargets(all)));
};

const loadAverage = (): string => (loadavg()[0] ?? 0).toFixed(2);

const describeMachine = (): string => {
  const processors = cpus();
  return `${processors.length} × ${processors[0]?.model ?? 'unknown processor'}, Node.js ${process.versions.node}, load average ${loadAverage()} at the start`;
};

const bench = async (): Promise<void> => {
  if (process.platform !== 'linux') {
    process.stderr.write('The bench reads CPU time and memory from /proc, so it runs on Linux only.\n');
    process.exitCode = 1;
    return;
  }
  const { values } = parseArgs({
    options: {
      quick: { type: 'boolean', default: false },
      responses: { type: 'boolean', default: false },
      profile: { type: 'boolean', default: false },
      dist: { type: 'string' },
    },
  });
  if (values.dist === undefined) execFileSync(process.execPath, ['esbuild.mjs'], { cwd: root, stdio: 'inherit' });

  const folder = mkdtempSync(path.join(tmpdir(), 'portside-bench-'));
  const keeper = createProcessKeeper();
  let isInterrupted = false;
  const interrupt = () => {
    isInterrupted = true;
    void keeper.stopAll();
  };
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  try {
    const childFiles = await buildChildren(path.join(folder, 'children'));
    const options: RigOptions = {
      distFolder: path.resolve(values.dist ?? path.join(root, 'dist')),
      childFiles,
      childEnvironment: { NODE_PATH: path.join(root, 'node_modules') },
      folder,
      profiler: values.profile ? createProfiler(childFiles['profile-preload'], folder) : null,
    };
    const startedMs = performance.now();
    print('# Portside bench', describeMachine());
    const plan = values.quick ? QUICK_PLAN : FULL_PLAN;
    if (options.profiler !== null) {
      print(await profileStreams(await openRig(keeper, options), options.profiler));
    } else if (values.responses) {
      const responses = await measureAndPrintResponses(keeper, options, plan);
      print('## Targets', toTargetsTable(toResponseTargets(responses)));
    } else {
      await measureAll(keeper, options, plan);
    }
    print(`${Math.round((performance.now() - startedMs) / 1000)} s, load average ${loadAverage()} at the end`);
  } catch (error) {
    // What fails then fails because its processes are gone.
    if (!isInterrupted) throw error;
    process.exitCode = 130;
  } finally {
    await keeper.stopAll();
    rmSync(folder, { recursive: true, force: true });
  }
};

await bench();
