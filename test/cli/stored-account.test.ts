import path from 'node:path';
import { expect, test } from 'vitest';
import { createAccounts } from '../../src/credentials/accounts/create-accounts.ts';
import { createFileAccountStore } from '../../src/credentials/accounts/file-account-store.ts';
import { createMemoryLogger } from '../support/memory-logger.ts';
import { startPortside } from '../support/portside-process.ts';
import { startSimulatorProcess } from '../support/simulator-process.ts';
import { createTemporaryFolder } from '../support/temporary-folder.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

test.each([
  { inDays: 80, says: null },
  { inDays: 2, says: /warn The Cursor sign-in of the account "work" expires on \d{4}-\d{2}-\d{2}\. Sign in again/ },
])('serve answers from a stored account that expires in $inDays days', async ({ inDays, says }) => {
  await using simulator = await startSimulatorProcess();
  using home = createTemporaryFolder();
  const logger = createMemoryLogger();
  const accounts = createAccounts({
    store: createFileAccountStore(path.join(home.path, 'accounts.json'), logger),
    environment: { apiKey: null },
    allowsOthers: () => false,
    backendUrl: simulator.url,
    logger,
  });
  const key = { apiKey: 'crsr_stored', email: 'ada@portside.example', expiresAt: Date.now() + inDays * DAY_MS };
  await accounts.add({ name: 'work', source: 'browser', key, plan: null });
  accounts.close();

  await using portside = await startPortside({
    args: [],
    home: home.path,
    env: { PORTSIDE_BACKEND_URL: simulator.url },
    simulatorUrl: simulator.url,
  });
  await portside.simulator.setScenario([{ text: 'ok' }]);
  const response = await portside.chat({ messages: [{ role: 'user', content: 'Hi' }] });
  expect([response.status, await response.json()]).toMatchObject([200, { object: 'chat.completion' }]);
  if (says === null) expect(portside.stderr()).not.toContain('expires on');
  else expect(portside.stderr()).toMatch(says);
});
