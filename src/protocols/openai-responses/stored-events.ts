import * as z from 'zod';
import type { JsonObject } from '../../core/json-object.ts';
import { replayResponse } from './replay.ts';
import type { ResponseEvent, ResponseObject } from './response-object.ts';

/** What is stored was one when it was stored; a damaged one is none. */
const responseSchema = z.custom<ResponseObject>(
  (value) =>
    z
      .looseObject({ id: z.string(), status: z.string(), output: z.array(z.looseObject({ type: z.string() })) })
      .safeParse(value).success,
);
const eventSchema = z.custom<ResponseEvent>(
  (value) => z.looseObject({ type: z.string(), sequence_number: z.int() }).safeParse(value).success,
);

/**
 * The events of a stored response behind the one of a number (-1 for all): those of its stream where they were kept, otherwise
 * such as fold to it. Those have other numbers; who has followed the first ones further than that is told of the end.
 */
export const toStoredEvents = (
  body: JsonObject,
  events: readonly JsonObject[] | null,
  startingAfter: number,
): readonly ResponseEvent[] => {
  const all =
    events === null ? replayResponse(responseSchema.parse(body)) : events.map((event) => eventSchema.parse(event));
  const rest = all.filter(({ sequence_number: number }) => number > startingAfter);
  const last = all.at(-1);
  const isForgotten = events === null && rest.length === 0 && last !== undefined && 'response' in last;
  return isForgotten ? [{ ...last, sequence_number: startingAfter + 1 }] : rest;
};
