import type { ConnectTool } from '../connect-tool.ts';
import { createChatProbe } from '../probe/chat-probe.ts';
import { KEY_VARIABLE } from '../snippets.ts';
import { keyStep } from './key-step.ts';

/** OpenAI's own library for JavaScript: https://github.com/openai/openai-node. */
export const openAiNode: ConnectTool = {
  id: 'openai-node',
  name: 'OpenAI SDK for Node',
  describe: (l10n) => l10n.t('Library for JavaScript and TypeScript'),
  runsInContainer: false,
  steps: (connection, l10n) => [
    keyStep(connection, l10n),
    {
      text: l10n.t('For {0}: install the package.', 'JavaScript, TypeScript'),
      snippet: { language: 'shell', text: 'npm install openai' },
    },
    {
      text: l10n.t('Use the model like this.'),
      snippet: {
        language: 'typescript',
        text: `import OpenAI from 'openai';

const client = new OpenAI({
  baseURL: ${JSON.stringify(connection.baseUrl)},
  apiKey: process.env.${KEY_VARIABLE},
});
const completion = await client.chat.completions.create({
  model: ${JSON.stringify(connection.model)},
  messages: [{ role: 'user', content: 'Say hello.' }],
});
console.log(completion.choices[0]?.message.content);`,
      },
    },
  ],
  configFile: null,
  probe: (connection) => createChatProbe(connection, { userAgent: 'OpenAI/JS', isStreamed: false }),
};
