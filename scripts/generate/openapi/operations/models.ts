import * as z from 'zod';
import { anthropicModel, anthropicModels } from '../answers/anthropic.ts';
import { openAiModel, openAiModels } from '../answers/openai.ts';
import { CURSOR_ERRORS } from '../errors.ts';
import { PLAIN_HEADERS } from '../headers.ts';
import type { Operation, Tag } from '../operation.ts';
import { MODEL_PAGE_QUERY } from '../queries.ts';
import { json } from './answer.ts';
import { toChatCompletion } from './chat-completions.ts';

const BY_HEADER = "With the header `anthropic-version` the answer is in Anthropic's form, errors too.";

/** The models under a prefix, whose ids may have a suffix there. */
const toModelOperations = (
  prefix: string,
  ids: readonly [list: string, get: string],
  tag: Tag,
): readonly Operation[] => {
  const isAnthropicToo = prefix === '/v1';
  const common = {
    method: 'get',
    tag,
    form: isAnthropicToo ? 'Models' : 'OpenAi',
    headers: isAnthropicToo ? [...PLAIN_HEADERS, 'AnthropicVersion'] : PLAIN_HEADERS,
    ...(isAnthropicToo && { description: BY_HEADER }),
    errors: CURSOR_ERRORS,
  } as const satisfies Partial<Operation>;
  return [
    {
      ...common,
      path: `${prefix}/models`,
      id: ids[0],
      summary: 'List models',
      ...(isAnthropicToo && { errors: [...CURSOR_ERRORS, 'invalid_request', 'validation_failed'] }),
      ...(isAnthropicToo && { query: MODEL_PAGE_QUERY, answerHeaders: ['X-Portside-Ignored'] }),
      answers: json(isAnthropicToo ? z.union([openAiModels, anthropicModels]) : openAiModels, 'The models.'),
    },
    {
      ...common,
      path: `${prefix}/models/{id}`,
      id: ids[1],
      summary: 'Get a model',
      answers: json(isAnthropicToo ? z.union([openAiModel, anthropicModel]) : openAiModel, 'The model.'),
    },
  ];
};

export const MODELS: readonly Operation[] = toModelOperations('/v1', ['listModels', 'getModel'], 'Models');

/** The same for OpenCode, under two prefixes of its own. */
export const OPENCODE: readonly Operation[] = [
  ...toModelOperations('/opencode/v1', ['listOpenCodeModels', 'getOpenCodeModel'], 'OpenCode'),
  toChatCompletion('/opencode/v1', 'createOpenCodeChatCompletion', 'OpenCode'),
  ...toModelOperations('/opencodev2/v1', ['listOpenCodeSdkModels', 'getOpenCodeSdkModel'], 'OpenCode'),
  toChatCompletion('/opencodev2/v1', 'createOpenCodeSdkChatCompletion', 'OpenCode'),
];
