import { createParser } from 'eventsource-parser';
import * as z from 'zod';
import { GatewayError } from '../../core/gateway-error.ts';

const itemSchema = z.object({
  type: z.string(),
  name: z.string().nullish(),
  content: z.array(z.object({ type: z.string(), text: z.string().nullish() })).nullish(),
});

const failureSchema = z.object({ message: z.string() });

const eventSchema = z.object({
  type: z.string(),
  item: itemSchema.nullish(),
  response: z.object({ model: z.string().nullish(), error: failureSchema.nullish() }).nullish(),
  error: failureSchema.nullish(),
  message: z.string().nullish(),
});

type Event = z.infer<typeof eventSchema>;

const LAST = new Set(['response.completed', 'response.incomplete', 'response.failed', 'error']);

/**
 * The text of a whole stream of the Responses API, taken from its finished items, as Codex does; where the model called tools
 * instead, their names.
 *
 * @throws GatewayError where there is none, or it broke off with an error
 */
export const readResponseAnswer = (body: string): string => {
  const events = readEvents(body);
  for (const { type, error, message, response } of events) {
    if (type !== 'error' && type !== 'response.failed') continue;
    const reason = error?.message ?? message ?? response?.error?.message ?? 'no reason was given.';
    throw new GatewayError('upstream_error', `The answer broke off: ${reason}`);
  }
  const items = events.flatMap(({ type, item }) => (type === 'response.output_item.done' && item ? [item] : []));
  const text = items
    .flatMap(({ content }) => content ?? [])
    .flatMap((part) => (part.type === 'output_text' ? [part.text ?? ''] : []))
    .join('');
  if (text !== '') return text;
  const called = items.flatMap(({ type, name }) => (type.endsWith('_call') && name ? [name] : []));
  if (called.length > 0) return `(${called.join(', ')})`;
  throw new GatewayError('upstream_error', 'The answer has no text.');
};

/** The model that a stream names; `null` where it names none. */
export const readResponseModel = (body: string): string | null =>
  readEvents(body).find(({ response }) => typeof response?.model === 'string')?.response?.model ?? null;

const readEvents = (body: string): readonly Event[] => {
  const events: Event[] = [];
  const parser = createParser({
    onEvent({ data }) {
      events.push(readEvent(data));
    },
  });
  parser.feed(body);
  if (events.length === 0) throw notUnderstood();
  if (!LAST.has(events.at(-1)?.type ?? '')) {
    throw new GatewayError('upstream_error', 'The answer broke off before its end.');
  }
  return events;
};

const readEvent = (text: string): Event => {
  try {
    return eventSchema.parse(JSON.parse(text));
  } catch (error) {
    throw notUnderstood(error);
  }
};

const notUnderstood = (cause?: unknown): GatewayError =>
  new GatewayError(
    'upstream_error',
    'The answer is not what a tool would understand: no stream of the Responses API.',
    { cause },
  );
