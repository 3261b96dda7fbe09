import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import type { InstanceFile } from '../../src/host/instances/instance-file.ts';
import { findFreePort } from './free-port.ts';
import { createTemporaryFolder } from './temporary-folder.ts';
import { createTestGateway, type TestGatewayOptions } from './test-gateway.ts';

/** Gateways of one user that want the same port. */
export const createWindows = async () => {
  const folder = createTemporaryFolder();
  onTestFinished(() => folder.remove());
  const port = await findFreePort();
  const instancesFolder = folder.join('instances');
  const readInstances = (): InstanceFile[] =>
    readdirSync(instancesFolder).map((name) => JSON.parse(readFileSync(path.join(instancesFolder, name), 'utf8')));
  return {
    port,
    instancesFolder,
    open: ({ settings, ...options }: TestGatewayOptions = {}) =>
      createTestGateway({ instancesFolder, ...options, settings: { port, ...settings } }),
    readInstances,
    /** The only one. */
    readInstance: (): InstanceFile => {
      const [first, ...others] = readInstances();
      if (first === undefined || others.length > 0) throw new Error(`${others.length + 1} instances, or none.`);
      return first;
    },
  };
};

/** Whether anything answers at a port. */
export const isServed = async (port: number): Promise<boolean> =>
  await fetch(`http://127.0.0.1:${port}/health`).then(
    () => true,
    () => false,
  );
