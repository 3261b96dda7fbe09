import { createParser } from 'eventsource-parser';
import * as z from 'zod';
import { GatewayError } from '../../core/gateway-error.ts';

const blockSchema = z.object({ type: z.string(), text: z.string().nullish(), name: z.string().nullish() });

const messageSchema = z.object({
  type: z.literal('message'),
  model: z.string().nullish(),
  content: z.array(blockSchema),
});

type Message = z.infer<typeof messageSchema>;

const eventSchema = z.object({
  type: z.string(),
  message: messageSchema.nullish(),
  content_block: blockSchema.nullish(),
  delta: z.object({ text: z.string().nullish() }).nullish(),
  error: z.object({ message: z.string() }).nullish(),
});

/**
 * The text of a whole answer of Anthropic's Messages; where the model called tools instead, their names.
 *
 * @throws GatewayError where there is none, or it broke off with an error
 */
export const readMessageAnswer = (body: string, isStreamed: boolean): string => {
  const { content } = isStreamed ? foldEvents(body) : readJson(messageSchema, body);
  const text = content.map((block) => (block.type === 'text' ? (block.text ?? '') : '')).join('');
  if (text !== '') return text;
  const called = content.flatMap(({ type, name }) => (type === 'tool_use' && name ? [name] : []));
  if (called.length > 0) return `(${called.join(', ')})`;
  throw new GatewayError('upstream_error', 'The answer has no text.');
};

/** The model that an answer names; `null` where it names none. */
export const readMessageModel = (body: string, isStreamed: boolean): string | null =>
  (isStreamed ? foldEvents(body) : readJson(messageSchema, body)).model ?? null;

/** Puts the message together from its events, as the tool does. */
const foldEvents = (body: string): Pick<Message, 'model' | 'content'> => {
  const content: Message['content'] = [];
  let start: Message | null = null;
  let last = '';
  const parser = createParser({
    onEvent({ data }) {
      const event = readJson(eventSchema, data);
      last = event.type;
      if (event.error) throw new GatewayError('upstream_error', `The answer broke off: ${event.error.message}`);
      if (event.message) start = event.message;
      if (event.content_block) content.push(event.content_block);
      if (event.delta?.text) content.push({ type: 'text', text: event.delta.text });
    },
  });
  parser.feed(body);
  if (last === '') throw notUnderstood();
  if (last !== 'message_stop') throw new GatewayError('upstream_error', 'The answer broke off before its end.');
  return { ...Object(start), content };
};

const readJson = <T>(schema: z.ZodType<T>, text: string): T => {
  try {
    return schema.parse(JSON.parse(text));
  } catch (error) {
    throw notUnderstood(error);
  }
};

const notUnderstood = (cause?: unknown): GatewayError =>
  new GatewayError('upstream_error', "The answer is not what a tool would understand: no message of Anthropic's API.", {
    cause,
  });
