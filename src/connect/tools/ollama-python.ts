import type { ConnectTool } from '../connect-tool.ts';
import { createOllamaProbe } from '../probe/ollama-probe.ts';
import { toServerRoot } from '../server-root.ts';
import { KEY_VARIABLE } from '../snippets.ts';
import { keyStep } from './key-step.ts';

/** Ollama's own library for Python: https://github.com/ollama/ollama-python. */
export const ollamaPython: ConnectTool = {
  id: 'ollama-python',
  name: 'Ollama library for Python',
  describe: (l10n) => l10n.t('Library for Python'),
  runsInContainer: false,
  steps: (connection, l10n) => [
    keyStep(connection, l10n),
    {
      text: l10n.t('For {0}: install the package.', 'Python'),
      snippet: { language: 'shell', text: 'pip install ollama' },
    },
    {
      text: l10n.t('Use the model like this.'),
      snippet: {
        language: 'python',
        text: `import os

from ollama import Client

client = Client(
    host=${JSON.stringify(toServerRoot(connection.baseUrl))},
    headers={"Authorization": "Bearer " + os.environ["${KEY_VARIABLE}"]},
)
answer = client.chat(
    model=${JSON.stringify(connection.model)},
    messages=[{"role": "user", "content": "Say hello."}],
)
print(answer.message.content)`,
      },
    },
  ],
  configFile: null,
  probe: (connection) =>
    createOllamaProbe(connection, { userAgent: 'ollama-python (Portside test)', isStreamed: false }),
};
