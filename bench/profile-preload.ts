// Loaded before a program that is to be profiled: SIGUSR2 starts a CPU profile, and the next one writes it down.
import { renameSync, writeFileSync } from 'node:fs';
import { Session } from 'node:inspector';
import path from 'node:path';
import process from 'node:process';

/** Microseconds between two samples. */
const SAMPLING_INTERVAL = 250;

const folder = process.env['BENCH_PROFILE_FOLDER'] ?? process.cwd();
const session = new Session();
let isProfiling = false;

process.on('SIGUSR2', () => {
  if (isProfiling) {
    session.post('Profiler.stop', (error, result) => {
      const file = path.join(folder, `${process.pid}.cpuprofile`);
      // Who waits for the file must not find half of it.
      writeFileSync(`${file}.part`, error === null ? JSON.stringify(result.profile) : '');
      renameSync(`${file}.part`, file);
      session.disconnect();
    });
  } else {
    session.connect();
    session.post('Profiler.enable');
    session.post('Profiler.setSamplingInterval', { interval: SAMPLING_INTERVAL });
    session.post('Profiler.start');
  }
  isProfiling = !isProfiling;
});
