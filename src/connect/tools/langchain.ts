import type { Connection, ConnectTool } from '../connect-tool.ts';
import { createChatProbe } from '../probe/chat-probe.ts';
import { KEY_VARIABLE } from '../snippets.ts';
import { keyStep } from './key-step.ts';

/**
 * LangChain: https://docs.langchain.com/oss/python/integrations/chat/openai and
 * https://docs.langchain.com/oss/javascript/integrations/chat/openai. Both go over to the Responses API by themselves for some
 * names of models, unless they are told not to.
 */
export const langChain: ConnectTool = {
  id: 'langchain',
  name: 'LangChain',
  describe: (l10n) => l10n.t('Library for Python, JavaScript and TypeScript'),
  runsInContainer: false,
  steps: (connection, l10n) => [
    keyStep(connection, l10n),
    {
      text: l10n.t('For {0}: install the package.', 'Python'),
      snippet: { language: 'shell', text: 'pip install langchain-openai' },
    },
    { text: l10n.t('Use the model like this.'), snippet: { language: 'python', text: toPython(connection) } },
    {
      text: l10n.t('For {0}: install the package.', 'JavaScript, TypeScript'),
      snippet: { language: 'shell', text: 'npm install @langchain/openai @langchain/core' },
    },
    { text: l10n.t('Use the model like this.'), snippet: { language: 'typescript', text: toTypeScript(connection) } },
  ],
  configFile: null,
  probe: (connection) => createChatProbe(connection, { userAgent: 'OpenAI/Python', isStreamed: false }),
};

const toPython = ({ baseUrl, model }: Connection): string => `import os

from langchain_openai import ChatOpenAI

model = ChatOpenAI(
    model=${JSON.stringify(model)},
    base_url=${JSON.stringify(baseUrl)},
    api_key=os.environ["${KEY_VARIABLE}"],
    use_responses_api=False,
)
print(model.invoke("Say hello.").content)`;

const toTypeScript = ({ baseUrl, model }: Connection): string => `import { ChatOpenAI } from '@langchain/openai';

const model = new ChatOpenAI({
  model: ${JSON.stringify(model)},
  apiKey: process.env.${KEY_VARIABLE},
  useResponsesApi: false,
  configuration: { baseURL: ${JSON.stringify(baseUrl)} },
});
const answer = await model.invoke('Say hello.');
console.log(answer.content);`;
