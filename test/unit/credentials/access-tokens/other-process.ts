import { openAccessTokens } from '../../../../src/host/open-access-tokens.ts';
import { createMemoryLogger } from '../../../support/memory-logger.ts';

// Started by two-processes.test.ts: does with the access tokens of a folder what it is told.
const tokens = openAccessTokens({
  folder: process.argv[2] ?? '',
  logger: createMemoryLogger(),
  ownToken: null,
  needsFile: true,
});

const answer = async (method: string, [argument = '']: readonly string[]): Promise<object> => {
  switch (method) {
    case 'create':
      return tokens.create(argument);
    case 'revoke':
      return tokens.revoke(argument);
    case 'check':
      return { status: (await tokens.check(argument)).status };
    case 'setDefault':
      tokens.setDefault(argument);
      return {};
    default:
      return { count: tokens.list().length, requestCount: tokens.list()[0]?.requestCount };
  }
};

process.on('message', ({ method, args }: { method: string; args: readonly string[] }) => {
  void answer(method, args).then((message) => process.send?.(message));
});
process.on('disconnect', () => tokens.close());
process.send?.('ready');
