import type { AnswerFormat, OutputLimits } from '../../core/answer-request.ts';
import { GatewayError } from '../../core/gateway-error.ts';
import type { ToolDefinition } from '../../core/tool.ts';
import { toCursorParams } from '../cursor-params.ts';
import { MAX_BODY_LEVELS } from '../max-body-levels.ts';
import { refuseDeepNesting } from '../nesting-limit.ts';
import type { DecodedMessages } from '../split-system-prompt.ts';
import { toStopSequences } from '../stop-schema.ts';
import { toUnsupportedParameter } from '../unsupported-parameter.ts';
import { toValidationError } from '../validation-error.ts';
import { decodeFormat } from './decode-format.ts';
import { decodeMessages } from './decode-messages.ts';
import { type DecodedThinking, decodeThinking } from './decode-thinking.ts';
import { type DecodedTools, decodeTools, type HostedTools } from './decode-tools.ts';
import { toUnsupportedTool } from './server-tools.ts';
import { listIgnoredFields, listUncounted } from './ignored-fields.ts';
import { countRequestSchema, messagesRequestSchema, type MessagesRequest } from './schema.ts';

/** A decoded Messages request: all that becomes an answer request, and how the answer is to be sent. */
export interface DecodedMessagesRequest extends DecodedMessages, DecodedTools, DecodedThinking {
  /** As the client wrote it; `null` where it named none. */
  readonly model: string | null;
  /** Model parameters by id. */
  readonly cursorParams: Readonly<Record<string, string>> | null;
  readonly choices: number;
  readonly limits: OutputLimits;
  readonly format: AnswerFormat | null;
  readonly isStream: boolean;
  /** `false` for a request that only wants its prompt cached, which Cursor sees to by itself: nothing runs for it. */
  readonly generates: boolean;
  /** The fields that were sent and have no effect. */
  readonly ignored: readonly string[];
}

/**
 * Reads the body of `POST /v1/messages`.
 *
 * @throws GatewayError `validation_failed` for a malformed body, another of status 400 for what is well formed but cannot
 *   be done, `unsupported_tool` where `hostedTools` says so.
 */
export const decodeMessagesRequest = (body: unknown, hostedTools: HostedTools = 'ignore'): DecodedMessagesRequest => {
  refuseDeepNesting(body, [], MAX_BODY_LEVELS);
  const parsed = messagesRequestSchema.safeParse(body);
  if (!parsed.success) throw toValidationError(parsed.error);
  const request = parsed.data;
  refuseThread(request.thread);
  refuseUnserved(request, hostedTools);
  const messages = decodeMessages(request);
  const tools = decodeTools(request, hostedTools);
  const thinking = decodeThinking(request);
  return {
    model: request.model ?? null,
    cursorParams: toCursorParams(request.cursor_params),
    ...messages,
    ...tools,
    ...thinking,
    choices: 1,
    limits: {
      stop: toStopSequences(request.stop_sequences),
      maxTokens: request.max_tokens ?? null,
      // Nobody who sees none of the thinking has a use for less of an answer.
      countsReasoning: thinking.thinkingDisplay !== 'none',
    },
    format: decodeFormat(request),
    isStream: request.stream ?? false,
    generates: request.max_tokens !== 0,
    ignored: [...listIgnoredFields(request), ...messages.ignored, ...tools.ignored, ...thinking.ignored],
  };
};

/** What `POST /v1/messages/count_tokens` counts. */
export interface DecodedCountRequest extends DecodedMessages {
  readonly tools: readonly ToolDefinition[];
  /** The fields that were sent and do not count. */
  readonly ignored: readonly string[];
}

/** Reads the body of `POST /v1/messages/count_tokens`. @throws GatewayError as {@link decodeMessagesRequest} */
export const decodeCountRequest = (body: unknown): DecodedCountRequest => {
  refuseDeepNesting(body, [], MAX_BODY_LEVELS);
  const parsed = countRequestSchema.safeParse(body);
  if (!parsed.success) throw toValidationError(parsed.error);
  refuseThread(parsed.data.thread);
  const { ignored, ...said } = decodeMessages(parsed.data);
  const tools = decodeTools(parsed.data);
  return { ...said, tools: tools.tools, ignored: [...listUncounted(parsed.data), ...ignored, ...tools.ignored] };
};

/** Refuses what an answer would break its promise without. */
const refuseUnserved = (request: MessagesRequest, hostedTools: HostedTools): void => {
  const { compaction, inference_geo: place, mcp_servers: servers, container } = request;
  if (isSent(compaction)) {
    throw toUnsupportedParameter(
      'compaction',
      'Portside makes no compaction blocks. Ask for a summary in a message instead.',
    );
  }
  if (isSent(place) && place !== 'global') {
    throw toUnsupportedParameter('inference_geo', 'Cursor lets nobody choose where a model runs.');
  }
  if (hostedTools === 'ignore') return;
  if (Array.isArray(servers) && servers.length > 0) throw toUnsupportedTool('mcp_servers', 'mcp');
  if (isSent(container)) throw toUnsupportedTool('container', 'code_execution');
};

const isSent = (value: unknown): boolean => value !== null && value !== undefined;

/** With a thread, only what is new would come; clients that are told so send the whole conversation. */
const refuseThread = (thread: unknown): void => {
  if (!isSent(thread)) return;
  throw new GatewayError(
    'thread_unsupported_request',
    'thread: Portside keeps no threads. Send the whole conversation in messages.',
    { param: 'thread' },
  );
};
