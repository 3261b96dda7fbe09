import type { ConnectTool } from '../connect-tool.ts';
import { createChatProbe } from '../probe/chat-probe.ts';
import { KEY_VARIABLE } from '../snippets.ts';
import { keyStep } from './key-step.ts';

/** LlamaIndex: https://developers.llamaindex.ai/python/framework-api-reference/llms/openai_like. */
export const llamaIndex: ConnectTool = {
  id: 'llamaindex',
  name: 'LlamaIndex',
  describe: (l10n) => l10n.t('Library for Python'),
  runsInContainer: false,
  steps: (connection, l10n) => [
    keyStep(connection, l10n),
    {
      text: l10n.t('For {0}: install the package.', 'Python'),
      snippet: { language: 'shell', text: 'pip install llama-index-llms-openai-like' },
    },
    {
      text: l10n.t('Use the model like this.'),
      snippet: {
        language: 'python',
        text: `import os

from llama_index.llms.openai_like import OpenAILike

llm = OpenAILike(
    model=${JSON.stringify(connection.model)},
    api_base=${JSON.stringify(connection.baseUrl)},
    api_key=os.environ["${KEY_VARIABLE}"],
    context_window=200000,
    is_chat_model=True,
    is_function_calling_model=True,
    timeout=600,
)
print(llm.complete("Say hello."))`,
      },
    },
  ],
  configFile: null,
  probe: (connection) =>
    createChatProbe(connection, {
      userAgent: 'OpenAI/Python',
      isStreamed: false,
      extra: { stream: false, temperature: 0.1 },
    }),
};
