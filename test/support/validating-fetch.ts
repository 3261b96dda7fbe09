import { type EventSourceMessage, createParser } from 'eventsource-parser';
import type { ResponseEvent } from '../../src/protocols/openai-responses/response-object.ts';
import { checkResponseEvents } from './check-response-events.ts';
import { findResponseEventErrors, findSchemaErrors } from './openai-schema.ts';

type Find = (value: unknown) => readonly string[];

/** What successful answers have to be. */
interface Expectation {
  readonly json: Find;
  readonly stream?: (where: string, note: Note) => StreamCheck;
}

/** Takes note of something that was looked at, and of what is wrong with it. */
type Note = (where: string, problems: readonly string[], value: unknown) => void;

/** Looks at a stream as it goes by. */
interface StreamCheck {
  event(message: EventSourceMessage): void;
  /** Not called for a stream that is broken off. */
  end(): void;
}

const by =
  (schema: string): Find =>
  (value) =>
    findSchemaErrors(schema, value);

/** OpenAI's file has no schema for it. */
const findDeletedResponseErrors: Find = (value) =>
  /^\{"id":"resp_\w+","object":"response","deleted":true\}$/.test(JSON.stringify(value)) ? [] : ['has other fields'];

const isError = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && 'error' in value && !('object' in value);

/** Chunks of the schema, then `[DONE]` or an error. */
const checkChunks =
  (chunkSchema: string) =>
  (where: string, note: Note): StreamCheck => {
    const isEnd = (data: string): boolean => data === '[DONE]' || data.startsWith('{"error":');
    let last = '';
    return {
      event({ data }) {
        if (isEnd(last)) note(where, [`${data} after ${last}`], null);
        last = data;
        if (data === '[DONE]') return;
        const value: unknown = JSON.parse(data);
        const schema = isError(value) ? 'ErrorResponse' : chunkSchema;
        note(where, findSchemaErrors(schema, value), value);
      },
      end() {
        if (!isEnd(last)) note(where, [`it ends after ${last}`], null);
      },
    };
  };

const TERMINAL = /^response\.(?:completed|incomplete|failed)$/;

/** Numbered events whose line says their type, the last of which ends the response. */
const checkEvents = (where: string, note: Note): StreamCheck => {
  const events: (ResponseEvent & { readonly sequence_number: number })[] = [];
  return {
    event({ event: line, data }) {
      const event: (typeof events)[number] = JSON.parse(data);
      const problems = [...findResponseEventErrors(event)];
      if (line !== event.type) problems.push(`its line says ${line}`);
      note(where, problems, event);
      events.push(event);
    },
    end() {
      const first = events[0]?.sequence_number ?? 0;
      if (first === 0 && events.length > 0) {
        note(where, findGrammarProblems(events), null);
        return;
      }
      // A stream that was taken up again has only its rest, and nothing where there is none.
      const isGapless = events.every(({ sequence_number: number }, index) => number === first + index);
      const ends = events.filter(({ type }) => TERMINAL.test(type));
      const isEnded = ends.length === (events.length === 0 ? 0 : 1) && ends[0] === events.at(-1);
      note(where, isGapless && isEnded ? [] : ['it is no rest of a stream'], events);
    },
  };
};

const findGrammarProblems = (events: readonly ResponseEvent[]): readonly string[] => {
  try {
    checkResponseEvents(events);
    return [];
  } catch (error) {
    return [String(error)];
  }
};

const EXPECTATIONS: readonly (readonly [request: RegExp, Expectation])[] = [
  [/^GET \/v1\/models$/, { json: by('ListModelsResponse') }],
  [/^GET \/v1\/models\/[^/]+$/, { json: by('Model') }],
  [
    /^POST \/v1\/chat\/completions$/,
    { json: by('CreateChatCompletionResponse'), stream: checkChunks('CreateChatCompletionStreamResponse') },
  ],
  [
    /^POST \/v1\/completions$/,
    { json: by('CreateCompletionResponse'), stream: checkChunks('CreateCompletionResponse') },
  ],
  [/^GET \/v1\/chat\/completions$/, { json: by('ChatCompletionList') }],
  [/^(?:GET|POST) \/v1\/chat\/completions\/[^/]+$/, { json: by('CreateChatCompletionResponse') }],
  [/^DELETE \/v1\/chat\/completions\/[^/]+$/, { json: by('ChatCompletionDeleted') }],
  [/^GET \/v1\/chat\/completions\/[^/]+\/messages$/, { json: by('ChatCompletionMessageList') }],
  [/^POST \/v1\/responses\/input_tokens$/, { json: by('TokenCountsResource') }],
  [/^POST \/v1\/responses\/compact$/, { json: by('CompactResource') }],
  [/^POST \/v1\/responses$/, { json: by('Response'), stream: checkEvents }],
  [/^GET \/v1\/responses\/[^/]+$/, { json: by('Response'), stream: checkEvents }],
  [/^DELETE \/v1\/responses\/[^/]+$/, { json: findDeletedResponseErrors }],
  [/^POST \/v1\/responses\/[^/]+\/cancel$/, { json: by('Response') }],
  [/^GET \/v1\/responses\/[^/]+\/input_items$/, { json: by('ResponseItemList') }],
  [/^POST \/v1\/conversations$/, { json: by('ConversationResource') }],
  [/^(?:GET|POST) \/v1\/conversations\/[^/]+$/, { json: by('ConversationResource') }],
  [/^DELETE \/v1\/conversations\/[^/]+$/, { json: by('DeletedConversationResource') }],
  [/^(?:GET|POST) \/v1\/conversations\/[^/]+\/items$/, { json: by('ConversationItemList') }],
  [/^GET \/v1\/conversations\/[^/]+\/items\/[^/]+$/, { json: by('ConversationItem') }],
  [/^DELETE \/v1\/conversations\/[^/]+\/items\/[^/]+$/, { json: by('ConversationResource') }],
];

const UNKNOWN: Expectation = { json: () => ['there is no schema for it'] };

/** A `fetch` that reads along and validates every JSON answer, every event of a stream and every error before its caller has it. */
export const createValidatingFetch = () => {
  let problems: string[] = [];
  let count = 0;

  const note: Note = (where, found, value) => {
    count += 1;
    problems.push(...found.map((problem) => `${where}: ${problem} in ${JSON.stringify(value)}`));
  };

  const watch = (check: StreamCheck): TransformStream<Uint8Array, Uint8Array> => {
    const decoder = new TextDecoder();
    const parser = createParser({ onEvent: (message) => check.event(message) });
    return new TransformStream({
      transform(bytes, controller) {
        parser.feed(decoder.decode(bytes, { stream: true }));
        controller.enqueue(bytes);
      },
      flush: () => check.end(),
    });
  };

  return {
    async fetch(input: string | URL | Request, init?: RequestInit): Promise<Response> {
      const response = await fetch(input, init);
      const { pathname } = new URL(input instanceof Request ? input.url : input);
      const method = init?.method ?? (input instanceof Request ? input.method : 'GET');
      const { status, headers, body } = response;
      const where = `${method.toUpperCase()} ${pathname} ${status}`;
      const request = where.slice(0, where.lastIndexOf(' '));
      const { json, stream } = EXPECTATIONS.find(([pattern]) => pattern.test(request))?.[1] ?? UNKNOWN;
      if (!headers.get('x-request-id')) problems.push(`${where}: X-Request-ID is missing`);
      if (headers.get('content-type')?.startsWith('text/event-stream') && body !== null) {
        if (stream === undefined) problems.push(`${where}: this is no stream`);
        else return new Response(body.pipeThrough(watch(stream(where, note))), { status, headers });
      }
      const text = await response.text();
      const value: unknown = JSON.parse(text);
      if (response.ok === isError(value)) problems.push(`${where}: ${text}`);
      note(where, isError(value) ? findSchemaErrors('ErrorResponse', value) : json(value), value);
      return new Response(text, { status, headers });
    },
    /** Validates all that came over a WebSocket for one response: its events, or an error in their place. */
    noteFrames(where: string, frames: readonly ResponseEvent[]): void {
      const [first] = frames;
      if (first?.type === 'error') {
        const { error, status } = first;
        const isRefused = frames.length === 1 && typeof status === 'number' && status >= 400;
        note(
          where,
          [...(isRefused ? [] : ['it is no error']), ...findSchemaErrors('ErrorResponse', { error })],
          frames,
        );
        return;
      }
      const check = checkEvents(where, note);
      for (const frame of frames) check.event({ id: undefined, event: frame.type, data: JSON.stringify(frame) });
      check.end();
    },
    /** What was wrong since the last call, and how much was validated. */
    takeFindings() {
      const findings = { problems, count };
      problems = [];
      count = 0;
      return findings;
    },
  };
};
