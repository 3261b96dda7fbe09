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

/** The events of a stored response: those of its stream where they were kept, otherwise such as fold to it. */
export const toStoredEvents = (body: JsonObject, events: readonly JsonObject[] | null): readonly ResponseEvent[] =>
  events === null ? replayResponse(responseSchema.parse(body)) : events.map((event) => eventSchema.parse(event));
