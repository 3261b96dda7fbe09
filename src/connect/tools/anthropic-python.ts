import type { ConnectTool } from '../connect-tool.ts';
import { createMessagesProbe } from '../probe/messages-probe.ts';
import { toServerRoot } from '../server-root.ts';
import { KEY_VARIABLE } from '../snippets.ts';
import { keyStep } from './key-step.ts';

/** Anthropic's own library for Python: https://github.com/anthropics/anthropic-sdk-python. */
export const anthropicPython: ConnectTool = {
  id: 'anthropic-python',
  name: 'Anthropic SDK for Python',
  describe: (l10n) => l10n.t('Library for Python'),
  runsInContainer: false,
  steps: (connection, l10n) => [
    keyStep(connection, l10n),
    {
      text: l10n.t('For {0}: install the package.', 'Python'),
      snippet: { language: 'shell', text: 'pip install anthropic' },
    },
    {
      text: l10n.t('Use the model like this.'),
      snippet: {
        language: 'python',
        text: `import os

from anthropic import Anthropic

client = Anthropic(
    base_url=${JSON.stringify(toServerRoot(connection.baseUrl))},
    api_key=os.environ["${KEY_VARIABLE}"],
)
message = client.messages.create(
    model=${JSON.stringify(connection.model)},
    max_tokens=1024,
    messages=[{"role": "user", "content": "Say hello."}],
)
print("".join(block.text for block in message.content if block.type == "text"))`,
      },
    },
  ],
  configFile: null,
  probe: (connection) =>
    createMessagesProbe(connection, {
      userAgent: 'Anthropic/Python',
      isStreamed: false,
      version: '2023-06-01',
      extra: { max_tokens: 1024 },
    }),
};
