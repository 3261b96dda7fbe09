import type { AnswerRequest } from '../../core/answer-request.ts';
import type { AnswerStore } from '../../core/answer-store.ts';
import type { Client } from '../../core/client.ts';
import type { ModelCatalogs } from '../../engine/model-catalogs.ts';
import { restrictModels } from '../../engine/restrict-models.ts';
import type { NamedSessions } from '../../engine/sessions/named-sessions.ts';
import { type DecodedResponseRequest, decodeResponseRequest } from '../../protocols/openai-responses/decode.ts';
import { toMessages } from '../../protocols/openai-responses/decode-items.ts';
import { type DecodedResponseTools, decodeResponseTools } from '../../protocols/openai-responses/decode-tools.ts';
import type { ResponseItem } from '../../protocols/openai-responses/response-object.ts';
import { findContext, type ResponseContext } from './find-context.ts';
import { resolveReferences } from './item-references.ts';
import type { RecentResponses } from './recent-responses.ts';

/** What requests are understood with. */
export interface PrepareOptions {
  readonly sessions: Pick<NamedSessions, 'get'>;
  readonly catalogs: ModelCatalogs;
  readonly store: AnswerStore;
  /** For requests that name no `reasoning.effort`; empty for the model's own. */
  readonly defaultReasoningEffort: string;
  /** What becomes of tools that Cursor does not offer. */
  readonly hostedTools: 'ignore' | 'refuse';
}

/** Who asks, and in which session. */
export interface ResponseSender {
  readonly client: Client;
  readonly requestId: string;
  readonly sessionId: string | null;
  /** What its connection remembers; `null` where it remembers nothing. */
  readonly recent: RecentResponses | null;
}

/** A request that is understood, with all that was said before it. */
export interface PreparedResponse {
  readonly decoded: DecodedResponseRequest;
  readonly context: ResponseContext;
  /** The request's own items, references resolved. */
  readonly input: readonly ResponseItem[];
  readonly tools: DecodedResponseTools;
  readonly answer: AnswerRequest;
  readonly ignored: readonly string[];
}

/**
 * Understands a body of `/v1/responses`, its context included; nothing runs yet.
 *
 * @throws GatewayError
 */
export const prepareResponse = async (
  { sessions, catalogs, store, defaultReasoningEffort, hostedTools }: PrepareOptions,
  body: unknown,
  { client, requestId, sessionId, recent }: ResponseSender,
  {
    onRead = () => undefined,
    mayBeEmpty = false,
  }: {
    /** Called when the body itself is known to be well formed. */
    readonly onRead?: () => void;
    /** Whether there may be nothing to answer, as nothing is to be answered. */
    readonly mayBeEmpty?: boolean;
  } = {},
): Promise<PreparedResponse> => {
  const decoded = decodeResponseRequest(body, { mayWarmUp: recent !== null });
  onRead();
  const { owner } = client;
  const context = findContext({ ...decoded, sessionId }, owner, { store, recent });
  const input = resolveReferences(decoded.input, context.items, (ids) => store.findItems(owner, ids));
  const {
    additionalTools,
    ignored: ignoredItems,
    ...said
  } = toMessages([...context.items, ...input], {
    instructions: decoded.instructions,
    offset: context.items.length,
    mayBeEmpty: mayBeEmpty || !decoded.generates,
  });
  const tools = decodeResponseTools({ ...decoded, additionalTools, hostedTools });
  const catalog = restrictModels(await catalogs.of(client.account), client.models);
  // A session goes on with its model until a request names another.
  const sessionModel = sessionId === null ? null : (sessions.get(owner, sessionId)?.model ?? null);
  const { selection, ignored } = await catalog.resolve(decoded.model ?? sessionModel, {
    ...decoded,
    defaultReasoningEffort,
  });
  return {
    decoded,
    context,
    input,
    tools,
    answer: {
      requestId,
      model: selection,
      ...said,
      tools: tools.tools,
      toolChoice: tools.toolChoice,
      parallelToolCalls: tools.parallelToolCalls,
      choices: 1,
      limits: decoded.limits,
      format: decoded.format,
    },
    ignored: [...decoded.ignored, ...ignoredItems, ...tools.ignored, ...ignored.map(toResponsesField)],
  };
};

/** The engine speaks of Chat's fields. */
const toResponsesField = (field: string): string => (field === 'reasoning_effort' ? 'reasoning.effort' : field);
