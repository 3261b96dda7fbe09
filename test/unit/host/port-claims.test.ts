import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { createInstanceRegistry } from '../../../src/host/instances/instance-registry.ts';
import { createPortClaims } from '../../../src/host/port-claims.ts';
import { createMemoryLogger } from '../../support/memory-logger.ts';
import { serveSilence } from '../../support/serve-foreign.ts';
import { createTemporaryFolder } from '../../support/temporary-folder.ts';

test('what is silent is taken for the Portside that its file tells of, as one that has not answered', async () => {
  using folder = createTemporaryFolder();
  const { port } = await serveSilence();
  const registry = createInstanceRegistry({ folder: folder.path, logger: createMemoryLogger() });
  const claims = createPortClaims({
    host: '127.0.0.1',
    port,
    isEncrypted: false,
    registry,
    signal: new AbortController().signal,
    open: async () => ({ status: 'taken' }),
  });
  expect(await claims.look(false)).toEqual({ kind: 'silent' });
  const id = randomUUID();
  const self = { id, kind: 'cli', name: null, processId: process.pid, dataFolderId: '0123456789abcdef' } as const;
  registry.announce({ ...self, port, controlToken: 'x'.repeat(43), isUnwanted: false });
  expect(await claims.look(false)).toEqual({ kind: 'portside', instanceId: id, isEncrypted: false, isSilent: true });
});
