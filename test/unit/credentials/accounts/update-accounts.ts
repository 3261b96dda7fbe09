// Started by file-account-store.test.ts: adds 25 accounts to a file, one by one, or changes it once and dies before the end.
import { createFileAccountStore } from '../../../../src/credentials/accounts/file-account-store.ts';
import { createMemoryLogger } from '../../../support/memory-logger.ts';

const [, , file = '', prefix = '', manner = ''] = process.argv;
const store = createFileAccountStore(file, createMemoryLogger());
process.stdout.write('ready\n');
for (let count = 0; count < 25; count += 1) {
  await store.update(({ accounts, defaultName }) => {
    if (manner === 'die') process.kill(process.pid, 'SIGKILL');
    return {
      defaultName,
      accounts: [
        ...accounts,
        {
          name: `${prefix}${count}`,
          source: 'key',
          apiKey: 'k'.repeat(500),
          email: null,
          plan: null,
          createdAt: 0,
          expiresAt: null,
          backendUrl: '',
        },
      ],
    };
  });
}
