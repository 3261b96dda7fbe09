import { listUnread } from '../list-unread.ts';
import { type CountRequest, messagesRequestSchema, type MessagesRequest } from './schema.ts';

/** The fields of a request that have no effect; those within another as `output_config.task_budget`. */
export const listIgnoredFields = (request: MessagesRequest): readonly string[] => [
  ...listUnread(request, READ_FIELDS),
  ...listUnread(request.thinking, ['type', 'budget_tokens', 'display'], 'thinking'),
  ...listUnread(request.output_config, ['effort', 'format'], 'output_config'),
  ...listOfMessages(request),
];

/** The fields of a request that its count of tokens does not depend on. */
export const listUncounted = (request: CountRequest): readonly string[] => [
  ...listUnread(request, ['messages', 'system', 'tools']),
  ...listOfMessages(request),
];

const READ_FIELDS: readonly string[] = Object.keys(messagesRequestSchema.shape);

/** Each once, however many messages have it. */
const listOfMessages = ({ messages }: Pick<CountRequest, 'messages'>): readonly string[] => [
  ...new Set(
    messages.flatMap((message) => [
      ...listUnread(message, ['role', 'content'], 'messages'),
      ...(Array.isArray(message.content) ? message.content : [])
        .filter(({ citations }) => wantsCitations(citations))
        .map(({ type }) => `messages[${type}].citations`),
    ]),
  ),
];

/** Texts that come back have a list of them; documents say whether there are to be any. */
const wantsCitations = (citations: unknown): boolean =>
  typeof citations === 'object' && citations !== null && 'enabled' in citations && citations.enabled === true;
