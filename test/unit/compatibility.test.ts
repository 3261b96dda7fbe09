import { expect, test } from 'vitest';
import { compatibility } from '../../scripts/generate/compatibility.ts';
import { countRequestSchema, messagesRequestSchema } from '../../src/protocols/anthropic/schema.ts';
import { MODEL_PAGE_FIELDS } from '../../src/protocols/anthropic/model-page.ts';
import { PAGE_FIELDS } from '../../src/protocols/list-page.ts';
import { metadataUpdateSchema } from '../../src/protocols/metadata-update.ts';
import { ollamaShowSchema } from '../../src/protocols/ollama/decode-show.ts';
import { ollamaChatSchema, ollamaGenerateSchema } from '../../src/protocols/ollama/schema.ts';
import { chatRequestSchema } from '../../src/protocols/openai-chat/schema.ts';
import { completionRequestSchema } from '../../src/protocols/openai-completions/schema.ts';
import { addedItemsSchema, conversationSchema } from '../../src/protocols/openai-responses/conversations.ts';
import { FIELDS_OF_COMPACTION, FIELDS_OF_COUNT } from '../../src/protocols/openai-responses/ignored-fields.ts';
import { responseRequestSchema } from '../../src/protocols/openai-responses/schema.ts';
import { sessionRequestSchema } from '../../src/protocols/sessions.ts';
import { retrievalSchema } from '../../src/server/responses/decode-retrieval.ts';
import { listMembers, listOpenAiParameters, listOwnOperations, toOperation } from '../support/known-parameters.ts';

const fieldsOf = (schema: { readonly shape: object }): readonly string[] => Object.keys(schema.shape);

/** What Portside itself reads, by the endpoint's id. */
const READ: Readonly<Record<string, readonly string[]>> = {
  'chat-completions': fieldsOf(chatRequestSchema),
  'stored-completions-list': PAGE_FIELDS,
  'stored-completion-update': fieldsOf(metadataUpdateSchema),
  'stored-completion-messages': PAGE_FIELDS,
  responses: fieldsOf(responseRequestSchema),
  'responses-input-tokens': FIELDS_OF_COUNT,
  'responses-compact': FIELDS_OF_COMPACTION,
  'response-get': fieldsOf(retrievalSchema),
  'response-input-items': PAGE_FIELDS,
  'conversation-create': fieldsOf(conversationSchema),
  'conversation-update': fieldsOf(metadataUpdateSchema),
  'conversation-items-create': fieldsOf(addedItemsSchema),
  'conversation-items-list': PAGE_FIELDS,
  completions: fieldsOf(completionRequestSchema),
  messages: fieldsOf(messagesRequestSchema),
  'messages-count-tokens': fieldsOf(countRequestSchema),
  'ollama-chat': fieldsOf(ollamaChatSchema),
  'ollama-generate': fieldsOf(ollamaGenerateSchema),
  'ollama-show': fieldsOf(ollamaShowSchema),
  models: MODEL_PAGE_FIELDS,
  'session-create': fieldsOf(sessionRequestSchema),
};

const ANTHROPIC = '@anthropic-ai/sdk/resources/beta/messages/messages.d.ts';
const OLLAMA = 'ollama/dist/browser.d.ts';

/** What an object has to have, to be what it is. */
const ESSENCE: ReadonlySet<string> = new Set(['type', 'name', 'role', 'content']);
const MESSAGES = ['BetaUserMessageParam', 'BetaAssistantMessageParam', 'BetaSystemMessageParam'];

const within = (field: string, types: readonly string[]): readonly string[] =>
  types
    .flatMap((type) => listMembers(ANTHROPIC, type))
    .filter((member) => !ESSENCE.has(member))
    .map((member) => `${field}.${member}`);

const ofOllama = (name: string): readonly string[] => [
  ...listMembers(OLLAMA, name),
  ...listMembers(OLLAMA, 'Options').map((option) => `options.${option}`),
];

/** What is taken in silence: hints whose effect nobody could miss. */
const HINTS: ReadonlySet<string> = new Set(['tools.cache_control', 'tools.defer_loading']);
const TOOLS = within('tools', ['BetaTool']).filter((member) => !HINTS.has(member));

/** What the makers' own packages for Anthropic's and Ollama's API can send; fields of a count are not looked into. */
const SENT_BY_PACKAGES: Readonly<Record<string, readonly string[]>> = {
  messages: [
    ...listMembers(ANTHROPIC, 'MessageCreateParamsBase'),
    ...within('messages', MESSAGES),
    ...TOOLS,
    ...within('output_config', ['BetaOutputConfig']),
    ...within('thinking', ['BetaThinkingConfigEnabled', 'BetaThinkingConfigAdaptive']),
    ...within('tool_choice', ['BetaToolChoiceAuto', 'BetaToolChoiceTool']),
  ],
  'messages-count-tokens': [
    ...listMembers(ANTHROPIC, 'MessageCountTokensParams'),
    ...within('messages', MESSAGES),
    ...TOOLS,
  ],
  'ollama-chat': ofOllama('ChatRequest'),
  'ollama-generate': ofOllama('GenerateRequest'),
  'ollama-show': listMembers(OLLAMA, 'ShowRequest'),
};

/** What is in no such list, and sent all the same. */
const SENT_BY_OTHERS: Readonly<Record<string, readonly string[]>> = {
  // Of OpenAI's documentation of messages.
  'chat-completions': ['messages.name'],
  'responses-compact': ['reasoning.effort'],
  // Of Anthropic's clients.
  models: listMembers('@anthropic-ai/sdk/resources/models.d.ts', 'ModelListParams').concat(
    listMembers('@anthropic-ai/sdk/core/pagination.d.ts', 'PageParams'),
  ),
  // Newer models of Anthropic's take none of these; older clients send them.
  messages: ['temperature', 'top_p', 'top_k'],
  // Of Ollama's messages: what the model thought, as its package types it too.
  'ollama-chat': ['messages.thinking'],
  // Of Ollama's documentation, not in its package.
  'ollama-show': ['verbose'],
};

const openAi = listOpenAiParameters(['stream_options', 'text', 'reasoning']);

const listKnown = ({ id, method, path }: (typeof compatibility)[number]): ReadonlySet<string> =>
  new Set([
    ...(READ[id] ?? []),
    ...(openAi.get(toOperation(method, path)) ?? []),
    ...(SENT_BY_PACKAGES[id] ?? []),
    ...(SENT_BY_OTHERS[id] ?? []),
  ]);

/** Fields within one that has no effect as a whole: none of them is told apart. */
const isWithinIgnored = (name: string, rows: ReadonlyMap<string, string>): boolean =>
  name.includes('.') && rows.get(name.split('.', 1).join('')) === 'ignored';

test.each(compatibility.filter(({ refused }) => refused === undefined))(
  '$method $path: every known parameter is told, once, and no other',
  (endpoint) => {
    const names = endpoint.parameters.map(({ name }) => name);
    const rows = new Map(endpoint.parameters.map(({ name, status }) => [name, status]));
    const known = [...listKnown(endpoint)].filter((name) => !isWithinIgnored(name, rows));
    expect(names.toSorted()).toEqual(known.toSorted());
  },
);

const told = compatibility.map(({ method, path }) => toOperation(method, path));

test('every operation of OpenAI’s that takes parameters is there', () => {
  const taking = [...openAi].filter(([, names]) => names.length > 0).map(([operation]) => operation);
  expect(told).toEqual(expect.arrayContaining(taking));
});

test('every operation of Portside’s that takes parameters is there', () => {
  // The same as below `/v1`.
  const own = listOwnOperations().filter((operation) => !operation.startsWith('POST /opencode'));
  expect(told).toEqual(expect.arrayContaining(own));
});
