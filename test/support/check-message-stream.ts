import * as z from 'zod';
import { parseSse } from './parse-sse.ts';

const count = z.int().min(0);
const usage = {
  input_tokens: count,
  output_tokens: count,
  cache_creation_input_tokens: count,
  cache_read_input_tokens: count,
  output_tokens_details: z.strictObject({ thinking_tokens: count }),
  server_tool_use: z.null(),
};
const index = z.int().min(0);
const nothing = z.literal('');

/** Every event that a stream may have, field by field, as the types of `@anthropic-ai/sdk` have them. */
const eventSchema = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('message_start'),
    message: z.strictObject({
      id: z.string().regex(/^msg_\w+$/),
      type: z.literal('message'),
      role: z.literal('assistant'),
      model: z.string().min(1),
      content: z.array(z.never()),
      container: z.null(),
      context_management: z.null(),
      diagnostics: z.null(),
      stop_reason: z.null(),
      stop_sequence: z.null(),
      stop_details: z.null(),
      usage: z.strictObject({
        ...usage,
        cache_creation: z.null(),
        inference_geo: z.null(),
        service_tier: z.literal('standard'),
        speed: z.null(),
      }),
    }),
  }),
  z.strictObject({
    type: z.literal('content_block_start'),
    index,
    content_block: z.discriminatedUnion('type', [
      z.strictObject({ type: z.literal('text'), text: nothing, citations: z.null() }),
      z.strictObject({ type: z.literal('thinking'), thinking: nothing, signature: nothing }),
      z.strictObject({
        type: z.literal('tool_use'),
        id: z.string().min(1),
        name: z.string().min(1),
        input: z.strictObject({}),
        caller: z.strictObject({ type: z.literal('direct') }),
      }),
    ]),
  }),
  z.strictObject({
    type: z.literal('content_block_delta'),
    index,
    delta: z.discriminatedUnion('type', [
      z.strictObject({ type: z.literal('text_delta'), text: z.string() }),
      z.strictObject({ type: z.literal('thinking_delta'), thinking: z.string() }),
      z.strictObject({ type: z.literal('signature_delta'), signature: z.string().min(1) }),
      z.strictObject({ type: z.literal('input_json_delta'), partial_json: z.string() }),
    ]),
  }),
  z.strictObject({ type: z.literal('content_block_stop'), index }),
  z.strictObject({
    type: z.literal('message_delta'),
    delta: z.strictObject({
      stop_reason: z.enum(['end_turn', 'max_tokens', 'stop_sequence', 'tool_use']),
      stop_sequence: z.string().nullable(),
      stop_details: z.null(),
    }),
    usage: z.strictObject(usage),
  }),
  z.strictObject({ type: z.literal('message_stop') }),
  z.strictObject({ type: z.literal('ping') }),
  z.strictObject({
    type: z.literal('error'),
    error: z.strictObject({ type: z.string().min(1), message: z.string().min(1), details: z.unknown().optional() }),
    request_id: z.string().min(1),
  }),
]);

type StreamEvent = z.output<typeof eventSchema>;

/** The deltas that a block takes. */
const DELTAS: Readonly<Record<string, readonly string[]>> = {
  text: ['text_delta'],
  thinking: ['thinking_delta', 'signature_delta'],
  tool_use: ['input_json_delta'],
};

/**
 * Throws where a stream of the Messages API breaks its grammar, and says what is wrong: every event is named by its type and
 * has all its fields; `message_start` comes first; blocks are counted from 0, opened, filled and closed one after the other,
 * the input of a tool as one JSON object; then `message_delta` says why it ends, with `tool_use` where there was a call, and
 * `message_stop` is the last. `ping` may come anywhere behind the start. An `error` ends it at any place.
 */
export const checkMessageStream = (text: string): void => {
  const names = [...text.matchAll(/^event: (.*)$/gm)].map(([, name]) => name);
  const events = parseSse(text).map((data) => eventSchema.parse(JSON.parse(data)));
  let phase: 'unopened' | 'blocks' | 'ended' | 'over' = 'unopened';
  let open: { readonly type: string; input: string } | null = null;
  let next = 0;
  let hasCall = false;
  const ids = new Set<string>();

  for (const [place, event] of events.entries()) {
    const fail = (problem: string): never => {
      throw new Error(`Event ${place} (${JSON.stringify(event)}) ${problem}`);
    };
    if (names[place] !== event.type) fail(`is named ${names[place]}.`);
    if (phase === 'over') fail('comes after the end.');
    if (event.type === 'error') {
      phase = 'over';
      continue;
    }
    if ((phase === 'unopened') !== (event.type === 'message_start')) fail('is not where the stream begins.');
    if (event.type === 'message_start') phase = 'blocks';
    if (event.type.startsWith('content_block') && phase !== 'blocks') fail('comes after message_delta.');
    switch (event.type) {
      case 'content_block_start': {
        if (open !== null) fail('opens a block while another is open.');
        if (event.index !== next) fail(`has not the index ${next}.`);
        const block = event.content_block;
        if (block.type === 'tool_use') {
          if (ids.has(block.id)) fail('has the id of another call.');
          ids.add(block.id);
          hasCall = true;
        }
        open = { type: block.type, input: '' };
        break;
      }
      case 'content_block_delta':
        if (open === null || event.index !== next) fail('belongs to no open block.');
        else if (DELTAS[open.type]?.includes(event.delta.type) !== true) fail(`does not fit a block of ${open.type}.`);
        else if (event.delta.type === 'input_json_delta') open.input += event.delta.partial_json;
        break;
      case 'content_block_stop':
        if (open === null || event.index !== next) fail('closes no open block.');
        else if (open.type === 'tool_use' && !isObject(JSON.parse(open.input)))
          fail('ends an input that is no object.');
        open = null;
        next += 1;
        break;
      case 'message_delta':
        checkEnd(event, { isOpen: open !== null, hasCall, isEnded: phase === 'ended' }, fail);
        phase = 'ended';
        break;
      case 'message_stop':
        if (phase !== 'ended') fail('comes before message_delta.');
        phase = 'over';
        break;
      case 'message_start':
      case 'ping':
        break;
    }
  }
  if (phase !== 'over') throw new Error(`There is no end after ${events.length} events.`);
};

const checkEnd = (
  { delta }: Extract<StreamEvent, { type: 'message_delta' }>,
  seen: { readonly isOpen: boolean; readonly hasCall: boolean; readonly isEnded: boolean },
  fail: (problem: string) => never,
): void => {
  if (seen.isEnded) fail('comes twice.');
  if (seen.isOpen) fail('comes while a block is open.');
  if ((delta.stop_reason === 'stop_sequence') !== (delta.stop_sequence !== null)) fail('has the wrong stop_sequence.');
  if (delta.stop_reason === 'tool_use' && !seen.hasCall) fail('names a call where there was none.');
  if (delta.stop_reason === 'end_turn' && seen.hasCall) fail('does not tell of the call.');
};

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value);
