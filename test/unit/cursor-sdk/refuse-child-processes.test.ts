import * as childProcess from 'node:child_process';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { refuseChildProcesses } from '../../../src/backends/cursor-sdk/process/refuse-child-processes.ts';

const node = process.execPath;
const args = ['--version'];
const notFound = expect.objectContaining({ code: 'ENOENT' });

describe('a process that may start no other one', () => {
  // What is loaded before keeps its own functions; what is loaded later, as the SDK is, gets these.
  let later: typeof childProcess;
  beforeAll(async () => {
    expect(childProcess.execFileSync(node, args).toString()).toMatch(/^v\d/u);
    refuseChildProcesses();
    later = process.getBuiltinModule('node:child_process');
  });

  it.each<[string, () => Promise<unknown>]>([
    ['execFile with a callback', () => new Promise((_resolve, reject) => void later.execFile(node, args, reject))],
    ['execFile with options', () => new Promise((_resolve, reject) => void later.execFile(node, args, {}, reject))],
    ['execFile promisified', () => promisify(later.execFile)(node, args)],
    ['exec with a callback', () => new Promise((_resolve, reject) => void later.exec('true', reject))],
    ['exec promisified', () => promisify(later.exec)('true')],
    ['spawn', async () => later.spawn(node, args)],
    [
      'a ChildProcess of its own making',
      async () =>
        Reflect.apply(Reflect.get(later.ChildProcess.prototype, 'spawn'), new later.ChildProcess(), [
          { file: node, args },
        ]),
    ],
    ['fork', async () => later.fork('x.js')],
    ['execFileSync', async () => later.execFileSync(node, args)],
    ['execSync', async () => later.execSync('true')],
  ])('fails at %s as where the program is not there', async (_name, start) => {
    await expect(start()).rejects.toEqual(notFound);
  });

  it('says so in the result of spawnSync', () => {
    expect(later.spawnSync(node, args)).toMatchObject({ status: null, error: notFound });
  });
});
