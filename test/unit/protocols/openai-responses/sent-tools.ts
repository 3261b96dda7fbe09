import { decodeResponseTools, type SentTools } from '../../../../src/protocols/openai-responses/decode-tools.ts';

/** Decodes a request that says nothing of tools but this. */
export const decode = (sent: Partial<SentTools>) =>
  decodeResponseTools({
    tools: [],
    additionalTools: [],
    toolChoice: null,
    parallelToolCalls: true,
    hostedTools: 'ignore',
    ...sent,
  });
export const tool = (name: string, rest: object = {}) => ({ type: 'function', name, ...rest });
export const custom = (name: string, rest: object = {}) => ({ type: 'custom', name, ...rest });
export const group = (name: string, ...tools: object[]) => ({
  type: 'namespace',
  name,
  description: 'A group.',
  tools,
});
export const searching = { type: 'web_search' };
