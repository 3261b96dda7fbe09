import type { ConnectTool } from '../connect-tool.ts';
import { createChatProbe } from '../probe/chat-probe.ts';
import { KEY_VARIABLE } from '../snippets.ts';
import { keyStep } from './key-step.ts';

/** Vercel's AI SDK: https://ai-sdk.dev/providers/openai-compatible-providers. */
export const vercelAiSdk: ConnectTool = {
  id: 'vercel-ai-sdk',
  name: 'Vercel AI SDK',
  describe: (l10n) => l10n.t('Library for JavaScript and TypeScript'),
  runsInContainer: false,
  steps: (connection, l10n) => [
    keyStep(connection, l10n),
    {
      text: l10n.t('For {0}: install the package.', 'JavaScript, TypeScript'),
      snippet: { language: 'shell', text: 'npm install ai @ai-sdk/openai-compatible' },
    },
    {
      text: l10n.t('Use the model like this.'),
      snippet: {
        language: 'typescript',
        text: `import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { generateText } from 'ai';

const portside = createOpenAICompatible({
  name: 'portside',
  baseURL: ${JSON.stringify(connection.baseUrl)},
  apiKey: process.env.${KEY_VARIABLE},
  includeUsage: true,
  supportsStructuredOutputs: true,
});
const { text } = await generateText({ model: portside(${JSON.stringify(connection.model)}), prompt: 'Say hello.' });
console.log(text);`,
      },
    },
  ],
  configFile: null,
  probe: (connection) => createChatProbe(connection, { userAgent: 'ai-sdk/openai-compatible', isStreamed: false }),
};
