import { randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { InstanceFile } from '../../../src/host/instances/instance-file.ts';
import { createInstanceRegistry } from '../../../src/host/instances/instance-registry.ts';
import { createMemoryLogger } from '../../support/memory-logger.ts';
import { createTemporaryFolder } from '../../support/temporary-folder.ts';

const createInstance = (): InstanceFile => ({
  id: randomUUID(),
  kind: 'cli',
  name: null,
  processId: process.pid,
  dataFolderId: '0123456789abcdef',
  port: 9,
  controlToken: 'x'.repeat(43),
  isUnwanted: true,
});

test('a leftover that cannot be deleted is told of, and the others go', async () => {
  using folder = createTemporaryFolder();
  const logger = createMemoryLogger();
  const registry = createInstanceRegistry({ folder: folder.path, logger });
  const [stuck, other] = [createInstance(), createInstance()];
  for (const each of [stuck, other]) registry.announce(each);
  await registry.clearLeftovers(async ({ id }) => {
    if (id === stuck.id) {
      // A folder in its place cannot be deleted as a file, whoever runs this.
      rmSync(folder.join(`${id}.json`));
      mkdirSync(folder.join(`${id}.json`));
    }
    return false;
  });
  expect(readdirSync(folder.path)).toEqual([`${stuck.id}.json`]);
  expect(logger.lines).toEqual([expect.stringMatching(/^warn .*cannot be deleted/)]);
});
