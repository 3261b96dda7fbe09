import type { ConnectTool } from '../connect-tool.ts';
import { createChatProbe } from '../probe/chat-probe.ts';
import { KEY_VARIABLE } from '../snippets.ts';
import { keyStep } from './key-step.ts';

/** OpenAI's own library for Python: https://github.com/openai/openai-python. */
export const openAiPython: ConnectTool = {
  id: 'openai-python',
  name: 'OpenAI SDK for Python',
  describe: (l10n) => l10n.t('Library for Python'),
  runsInContainer: false,
  steps: (connection, l10n) => [
    keyStep(connection, l10n),
    {
      text: l10n.t('For {0}: install the package.', 'Python'),
      snippet: { language: 'shell', text: 'pip install openai' },
    },
    {
      text: l10n.t('Use the model like this.'),
      snippet: {
        language: 'python',
        text: `import os

from openai import OpenAI

client = OpenAI(
    base_url=${JSON.stringify(connection.baseUrl)},
    api_key=os.environ["${KEY_VARIABLE}"],
)
completion = client.chat.completions.create(
    model=${JSON.stringify(connection.model)},
    messages=[{"role": "user", "content": "Say hello."}],
)
print(completion.choices[0].message.content)`,
      },
    },
  ],
  configFile: null,
  probe: (connection) => createChatProbe(connection, { userAgent: 'OpenAI/Python', isStreamed: false }),
};
