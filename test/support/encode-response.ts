import type { ChoiceEvent } from '../../src/core/run-event.ts';
import { createResponseObject } from '../../src/protocols/openai-responses/create-response-object.ts';
import { createResponseEncoder, type ResponseEncoderOptions } from '../../src/protocols/openai-responses/encode.ts';
import type { ResponseEncoder } from '../../src/protocols/openai-responses/response-encoder.ts';
import type { ResponseEcho, ResponseEvent } from '../../src/protocols/openai-responses/response-object.ts';
import type { ClientTool } from '../../src/protocols/openai-responses/tool-names.ts';

/** What comes to an encoder: an event of the answer, or what its sender does. */
export type EncoderStep = ChoiceEvent | 'open' | 'keepalive' | 'cancel';

/** What of a response's encoding a test changes. */
export interface EncodedResponseOptions extends Partial<
  Pick<ResponseEncoderOptions, 'showsSummary' | 'includesEncryptedReasoning' | 'price'>
> {
  readonly isBackground?: boolean;
  /** By the name that the engine has for it. */
  readonly tools?: Readonly<Record<string, ClientTool>>;
}

const echo: ResponseEcho = {
  background: false,
  conversation: null,
  frequency_penalty: 0,
  instructions: null,
  max_output_tokens: null,
  max_tool_calls: null,
  metadata: {},
  parallel_tool_calls: true,
  presence_penalty: 0,
  previous_response_id: null,
  prompt_cache_key: null,
  reasoning: { effort: null, summary: null },
  safety_identifier: null,
  service_tier: 'default',
  store: true,
  temperature: 1,
  text: { format: { type: 'text' }, verbosity: 'medium' },
  tool_choice: 'auto',
  tools: [],
  top_logprobs: 0,
  top_p: 1,
  truncation: 'disabled',
  user: null,
};

/** An encoder of a response `resp_1`, made in the second 1 700 000 000 and over in the next, whose items are counted from 1. */
export const createTestEncoder = ({
  isBackground = false,
  tools = {},
  showsSummary = false,
  includesEncryptedReasoning = false,
  price = null,
}: EncodedResponseOptions = {}): ResponseEncoder => {
  let items = 0;
  return createResponseEncoder({
    initial: createResponseObject({
      id: 'resp_1',
      createdAt: 1_700_000_000,
      model: 'composer-2.5',
      echo: {
        ...echo,
        background: isBackground,
        reasoning: { effort: null, summary: showsSummary ? 'auto' : null },
      },
      status: isBackground ? 'queued' : 'in_progress',
    }),
    names: { find: (name) => tools[name] ?? { kind: 'function', name, namespace: null } },
    showsSummary,
    includesEncryptedReasoning,
    createItemId: (prefix) => `${prefix}_${++items}`,
    now: () => 1_700_000_001,
    price,
  });
};

/** What an encoder tells of a step. */
export const encodeStep = (encoder: ResponseEncoder, step: EncoderStep): readonly ResponseEvent[] =>
  typeof step === 'string' ? encoder[step]() : encoder.push(step);
