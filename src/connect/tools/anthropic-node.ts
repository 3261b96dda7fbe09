import type { ConnectTool } from '../connect-tool.ts';
import { createMessagesProbe } from '../probe/messages-probe.ts';
import { toServerRoot } from '../server-root.ts';
import { KEY_VARIABLE } from '../snippets.ts';
import { keyStep } from './key-step.ts';

/** Anthropic's own library for JavaScript: https://github.com/anthropics/anthropic-sdk-typescript. */
export const anthropicNode: ConnectTool = {
  id: 'anthropic-node',
  name: 'Anthropic SDK for Node',
  describe: (l10n) => l10n.t('Library for JavaScript and TypeScript'),
  runsInContainer: false,
  steps: (connection, l10n) => [
    keyStep(connection, l10n),
    {
      text: l10n.t('For {0}: install the package.', 'JavaScript, TypeScript'),
      snippet: { language: 'shell', text: 'npm install @anthropic-ai/sdk' },
    },
    {
      text: l10n.t('Use the model like this.'),
      snippet: {
        language: 'typescript',
        text: `import Anthropic from '@anthropic-ai/sdk';

const client = new Anthropic({
  baseURL: ${JSON.stringify(toServerRoot(connection.baseUrl))},
  apiKey: process.env.${KEY_VARIABLE},
});
const message = await client.messages.create({
  model: ${JSON.stringify(connection.model)},
  max_tokens: 1024,
  messages: [{ role: 'user', content: 'Say hello.' }],
});
console.log(message.content.map((block) => (block.type === 'text' ? block.text : '')).join(''));`,
      },
    },
  ],
  configFile: null,
  probe: (connection) =>
    createMessagesProbe(connection, {
      userAgent: 'Anthropic/JS',
      isStreamed: false,
      version: '2023-06-01',
      extra: { max_tokens: 1024 },
    }),
};
