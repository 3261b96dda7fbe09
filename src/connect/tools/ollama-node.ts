import type { ConnectTool } from '../connect-tool.ts';
import { createOllamaProbe } from '../probe/ollama-probe.ts';
import { toServerRoot } from '../server-root.ts';
import { KEY_VARIABLE } from '../snippets.ts';
import { keyStep } from './key-step.ts';

/** Ollama's own library for JavaScript: https://github.com/ollama/ollama-js. */
export const ollamaNode: ConnectTool = {
  id: 'ollama-node',
  name: 'Ollama library for Node',
  describe: (l10n) => l10n.t('Library for JavaScript and TypeScript'),
  runsInContainer: false,
  steps: (connection, l10n) => [
    keyStep(connection, l10n),
    {
      text: l10n.t('For {0}: install the package.', 'JavaScript, TypeScript'),
      snippet: { language: 'shell', text: 'npm install ollama' },
    },
    {
      text: l10n.t('Use the model like this.'),
      snippet: {
        language: 'typescript',
        text: `import { Ollama } from 'ollama';

const client = new Ollama({
  host: ${JSON.stringify(toServerRoot(connection.baseUrl))},
  headers: { Authorization: \`Bearer \${process.env.${KEY_VARIABLE}}\` },
});
const answer = await client.chat({
  model: ${JSON.stringify(connection.model)},
  messages: [{ role: 'user', content: 'Say hello.' }],
});
console.log(answer.message.content);`,
      },
    },
  ],
  configFile: null,
  probe: (connection) => createOllamaProbe(connection, { userAgent: 'ollama-js (Portside test)', isStreamed: false }),
};
