import type { OutputLimits } from '../../core/answer-request.ts';
import { GatewayError } from '../../core/gateway-error.ts';
import { toCursorParams } from '../cursor-params.ts';
import { listUnread } from '../list-unread.ts';
import type { DecodedMessages } from '../split-system-prompt.ts';
import { toStopSequences } from '../stop-schema.ts';
import { NO_PROBABILITIES, toUnsupportedParameter } from '../unsupported-parameter.ts';
import { toParam, toValidationError } from '../validation-error.ts';
import { type CompletionRequest, completionRequestSchema } from './schema.ts';
import { toCompletion } from '../to-completion.ts';

/** A decoded completions request: all that becomes answer requests, and how the answers are to be sent. */
export interface DecodedCompletionRequest {
  /** As the client wrote it; `null` where it named none. */
  readonly model: string | null;
  /** As the client wrote it. */
  readonly reasoningEffort: string | null;
  /** Model parameters by id. */
  readonly cursorParams: Readonly<Record<string, string>> | null;
  /** One for each prompt, at least one. */
  readonly conversations: readonly DecodedMessages[];
  /** How many answers each prompt gets. The choices of the first prompt come first. */
  readonly choicesPerPrompt: number;
  /** What stands before the text of each choice; empty for nothing. As many as there are choices in all. */
  readonly echoes: readonly string[];
  readonly limits: OutputLimits;
  /** `false` where not a single token is wanted: then nothing runs, and the answer is what is echoed. */
  readonly generates: boolean;
  readonly isStream: boolean;
  /** Whether the stream ends with a chunk of its own for the token counts. */
  readonly includeUsage: boolean;
  /** The fields that were sent and have no effect, in the order they were sent. */
  readonly ignored: readonly string[];
}

/** As many as Chat Completions gives. */
const MAX_CHOICES_PER_PROMPT = 8;

/** Each is a run of its own. Clients that send prompts in batches do so by twenty. */
const MAX_CHOICES = 20;

/** OpenAI's: clients that want more have always had to say so. */
const DEFAULT_MAX_TOKENS = 16;

/** As clients of llama.cpp write it. */
const NO_LIMIT = -1;

/**
 * Reads the body of `POST /v1/completions`.
 *
 * @throws GatewayError `validation_failed` for a malformed body, another of status 400 for what is well formed but cannot
 *   be done.
 */
export const decodeCompletionRequest = (body: unknown): DecodedCompletionRequest => {
  const parsed = completionRequestSchema.safeParse(body);
  if (!parsed.success) throw toValidationError(parsed.error);
  const request = parsed.data;
  refuseUnsupported(request);
  const prompts = decodePrompts(request);
  const choicesPerPrompt = decodeChoices(request, prompts.length);
  const suffix = request.suffix || null;
  return {
    model: request.model ?? null,
    reasoningEffort: request.reasoning_effort || null,
    cursorParams: toCursorParams(request.cursor_params),
    conversations: prompts.map((prompt) => toCompletion(prompt, suffix)),
    choicesPerPrompt,
    echoes: prompts.flatMap((prompt) => Array<string>(choicesPerPrompt).fill(request.echo === true ? prompt : '')),
    limits: {
      stop: toStopSequences(request.stop),
      maxTokens: request.max_tokens === NO_LIMIT ? null : (request.max_tokens ?? DEFAULT_MAX_TOKENS),
      countsReasoning: false,
    },
    generates: request.max_tokens !== 0,
    isStream: request.stream ?? false,
    includeUsage: request.stream_options?.include_usage ?? false,
    ignored: [
      ...listUnread(request, READ_FIELDS),
      ...listUnread(request.stream_options, ['include_usage'], 'stream_options'),
    ],
  };
};

const READ_FIELDS: readonly string[] = Object.keys(completionRequestSchema.shape);

const refuseUnsupported = ({ logprobs, best_of: bestOf, n }: CompletionRequest): void => {
  // Zero asks for the probability of the token that was chosen.
  if (typeof logprobs === 'number' || logprobs === true) throw toUnsupportedParameter('logprobs', NO_PROBABILITIES);
  if ((bestOf ?? 1) > (n ?? 1)) {
    throw toUnsupportedParameter('best_of', `${NO_PROBABILITIES} Leave it out, and ask for several answers with n.`);
  }
};

const decodePrompts = ({ prompt, suffix }: CompletionRequest): readonly string[] => {
  if (typeof prompt === 'string') return [decodePrompt(prompt, ['prompt'], suffix)];
  if (prompt.length === 0) throw toEmptyPrompt(['prompt']);
  return prompt.map((item, index) => decodePrompt(item, ['prompt', index], suffix));
};

const decodePrompt = (
  prompt: string | number | readonly number[],
  path: readonly PropertyKey[],
  suffix: string | null | undefined,
): string => {
  if (typeof prompt !== 'string') {
    const param = toParam(path);
    throw new GatewayError('unsupported_value', `${param}: token ids are not supported. Send the prompt as text.`, {
      param,
    });
  }
  // A gap may be at the very beginning of a text.
  if (prompt === '' && !suffix) throw toEmptyPrompt(path);
  return prompt;
};

const toEmptyPrompt = (path: readonly PropertyKey[]): GatewayError => {
  const param = toParam(path);
  return new GatewayError('invalid_request', `${param}: it is empty. Send the text that is to be completed.`, {
    param,
  });
};

const decodeChoices = ({ n }: CompletionRequest, prompts: number): number => {
  const choices = n ?? 1;
  if (choices > MAX_CHOICES_PER_PROMPT) {
    throw new GatewayError(
      'unsupported_value',
      `n: ${choices} is not supported. At most ${MAX_CHOICES_PER_PROMPT} is.`,
      {
        param: 'n',
      },
    );
  }
  if (choices * prompts > MAX_CHOICES) {
    throw new GatewayError(
      'unsupported_value',
      `prompt: ${prompts} prompts with ${choices} answers each are not supported. At most ${MAX_CHOICES} answers in all are.`,
      { param: 'prompt' },
    );
  }
  return choices;
};
