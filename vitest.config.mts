import { defineConfig } from 'vitest/config';

const project = (name: string, extra: object = {}) => ({
  test: {
    name,
    include: [`test/${name}/**/*.test.ts`],
    testTimeout: 20_000,
    hookTimeout: 30_000,
    setupFiles: 'test/support/check-logs.ts',
    ...extra,
  },
});

export default defineConfig({
  test: {
    projects: [
      project('unit'),
      project('webview', { environment: 'happy-dom' }),
      project('wire'),
      project('contract'),
      project('bridge', { testTimeout: 60_000 }),
      project('cli', { testTimeout: 60_000 }),
      project('clients', { testTimeout: 120_000, globalSetup: 'test/clients/support/install-clients.ts' }),
      project('workbench', { testTimeout: 180_000, hookTimeout: 180_000, fileParallelism: false }),
    ],
  },
});
