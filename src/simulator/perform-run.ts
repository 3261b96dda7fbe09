import { setTimeout as delay } from 'node:timers/promises';
import { create, toJson } from '@bufbuild/protobuf';
import { ValueSchema } from '@bufbuild/protobuf/wkt';
import { Code, ConnectError } from '@connectrpc/connect';
import type { Logger } from '../core/logger.ts';
import type { AgentLink } from './agent-link.ts';
import { loadHistory, saveTurn } from './conversation.ts';
import { askDirector } from './director.ts';
import { type AgentRunRequest, type SelectedImage, type UserMessage, UserMessageSchema } from './generated/agent_pb.ts';
import { modelNames } from './model-catalog.ts';
import type { HistoryMemory } from './history-memory.ts';
import type { CallContext } from './perform-calls.ts';
import { performSteps } from './perform-steps.ts';
import { RunFailed, toConnectError } from './run-failure.ts';
import type { RunLog, RunRecord } from './run-log.ts';
import type { ScenarioState } from './scenario-state.ts';
import { countCharacters } from './split-text.ts';
import { createTurn } from './turn.ts';

/** What every run of a simulator shares. */
export interface RunEnvironment {
  readonly scenario: ScenarioState;
  readonly runs: RunLog;
  readonly memory: HistoryMemory;
  readonly logger: Logger;
}

/** One agent stream, with what its headers said. */
export interface RunStream {
  readonly link: AgentLink;
  readonly requestId: string;
  readonly apiKeyHash: string;
  /** The key is out of requests: the run fails. */
  readonly isBusy: boolean;
  /** `null` where the client sent no such list. */
  readonly allowedTools: readonly string[] | null;
  /** `null` where the client sent none. */
  readonly traceparent: string | null;
  readonly tracestate: string | null;
  /** Breaks the connection off without an end. */
  drop(): void;
}

/** The server name of tools that the client itself offers. */
const DEFAULT_PROVIDER = 'custom-user-tools';

/** How runs of a key that is out of requests fail; 50 is Cursor's own number for a rate limit. */
const OUT_OF_REQUESTS = {
  fail: {
    code: 'resource_exhausted',
    message: 'This account has no requests left for now.',
    error: 50,
    title: 'Rate limit reached.',
    retryable: false,
  },
} as const;

/** How long a director that has nothing to do is left alone. */
const IDLE_DIRECTOR_PAUSE_MS = 100;

/** Answers one run from its request to its end. Never rejects: the stream's end says how it went. */
export async function performRun(environment: RunEnvironment, stream: RunStream): Promise<void> {
  const { link } = stream;
  let record: RunRecord | null = null;
  try {
    const request = await link.runRequest();
    record = await openRecord(request, stream);
    environment.runs.add(record);
    if (stream.isBusy) throw new RunFailed({ kind: 'error', error: toConnectError(OUT_OF_REQUESTS, String) });
    await performTurn(environment, stream, request, record);
    link.end();
  } catch (error) {
    if (record !== null) environment.runs.end(record, link.signal.aborted ? 'cancelled' : 'failed');
    if (link.signal.aborted) return;
    if (error instanceof RunFailed && error.failure.kind === 'drop') {
      await link.settled().catch(() => undefined);
      stream.drop();
    } else if (error instanceof RunFailed && error.failure.kind === 'error') {
      link.end(error.failure.error);
    } else {
      environment.logger.warn('A simulated run failed', {
        reason: error instanceof Error ? error.message : String(error),
      });
      link.end(error instanceof ConnectError ? error : new ConnectError('The simulator failed', Code.Internal));
    }
  }
}

async function performTurn(
  environment: RunEnvironment,
  stream: RunStream,
  request: AgentRunRequest,
  record: RunRecord,
): Promise<void> {
  const { link } = stream;
  const startedAt = performance.now();
  const userMessage = userMessageOf(request) ?? create(UserMessageSchema);
  record.history = await loadHistory(link, request.conversationState, environment.memory);
  await link.update({ case: 'userMessageAppended', value: { userMessage } });
  await link.update({ case: 'stepStarted', value: { stepId: 1n } });

  const turn = createTurn();
  const providers = new Map(request.mcpTools?.mcpTools.map((tool) => [tool.toolName, tool.providerIdentifier]));
  await performScript(environment, record, {
    link,
    turn,
    toolResults: record.toolResults,
    providerOf: (tool) => providers.get(tool) ?? DEFAULT_PROVIDER,
  });

  const stepDurationMs = BigInt(Math.round(performance.now() - startedAt));
  await link.update({ case: 'stepCompleted', value: { stepId: 1n, stepDurationMs } });
  const texts = [record.systemPrompt ?? '', record.prompt, ...record.history.map(({ text }) => text)];
  const usage = turn.usage(texts.reduce((count, text) => count + countCharacters(text), 0));
  const { state, stored } = saveTurn({
    link,
    before: request.conversationState,
    requestId: stream.requestId,
    systemPrompt: record.systemPrompt,
    userMessage,
    turn,
    usage,
    memory: environment.memory,
  });
  // A client may take `turn_ended` for the end and look at the runs at once.
  environment.runs.end(record, 'finished', usage);
  await link.update({
    case: 'turnEnded',
    value: {
      inputTokens: BigInt(usage.input),
      outputTokens: BigInt(usage.output),
      cacheReadTokens: BigInt(usage.cacheRead),
      cacheWriteTokens: BigInt(usage.cacheWrite),
      reasoningTokens: BigInt(usage.reasoning),
    },
  });
  link.checkpoint(state);
  await stored;
}

/**
 * Performs what the scenario has for this run. A director is asked first; one that replies with neither steps nor `done`
 * leaves the run to the rules, once, and is asked again after them.
 */
async function performScript({ scenario }: RunEnvironment, record: RunRecord, context: CallContext): Promise<void> {
  const base = { prompt: record.prompt, results: context.turn.results };
  const { director } = scenario;
  const performRule = async (): Promise<boolean> => {
    const match = scenario.take({
      prompt: record.prompt,
      systemPrompt: record.systemPrompt,
      modelIds: modelNames(record.model.id),
      toolNames: record.tools.map(({ name }) => name),
    });
    if (match !== null) await performSteps(context, match.steps, { ...base, groups: match.groups });
    return match !== null;
  };

  if (director === null) {
    if (!(await performRule()))
      await performSteps(context, [{ text: '{{match.0}}' }], { ...base, groups: [defaultAnswer(record.prompt)] });
    return;
  }
  for (let asked = 0; ; asked += 1) {
    const { then = [], done = false } = await askDirector(director, record, context.link.signal);
    await performSteps(context, then, { ...base, groups: [] });
    if (done) return;
    if (then.length > 0 || (asked === 0 && (await performRule()))) continue;
    await delay(IDLE_DIRECTOR_PAUSE_MS, undefined, { signal: context.link.signal });
  }
}

function defaultAnswer(prompt: string): string {
  const lastLine = prompt.trimEnd().split('\n').at(-1)?.trim() ?? '';
  return `This is Portside's simulator. You said: "${lastLine}"`;
}

async function openRecord(request: AgentRunRequest, stream: RunStream): Promise<RunRecord> {
  const userMessage = userMessageOf(request);
  const images = await Promise.all(
    (userMessage?.selectedContext?.selectedImages ?? []).map((image) => toImageRecord(stream.link, image)),
  );
  return {
    runId: request.runId ?? stream.requestId,
    agentId: request.conversationId ?? '',
    apiKeyHash: stream.apiKeyHash,
    model: {
      id: request.requestedModel?.modelId ?? '',
      params: (request.requestedModel?.parameters ?? []).map(({ id, value }) => ({ id, value })),
    },
    systemPrompt: request.customSystemPrompt ?? null,
    prompt: userMessage?.text ?? '',
    history: [],
    images,
    tools: (request.mcpTools?.mcpTools ?? []).map((tool) => ({
      name: tool.toolName,
      description: tool.description,
      inputSchema: tool.inputSchema === undefined ? null : toJson(ValueSchema, tool.inputSchema),
    })),
    allowedTools: stream.allowedTools,
    traceparent: stream.traceparent,
    tracestate: stream.tracestate,
    toolResults: [],
    status: 'running',
    startedAt: new Date().toISOString(),
    endedAt: null,
  };
}

async function toImageRecord(link: AgentLink, image: SelectedImage): Promise<RunRecord['images'][number]> {
  const { dataOrBlobId: source } = image;
  const data = source.case === 'blobId' ? await link.getBlob(source.value) : source.value;
  return { mimeType: image.mimeType === '' ? null : image.mimeType, sizeBytes: data?.length ?? 0 };
}

function userMessageOf(request: AgentRunRequest): UserMessage | undefined {
  const action = request.action?.action;
  return action?.case === 'userMessageAction' ? action.value.userMessage : undefined;
}
