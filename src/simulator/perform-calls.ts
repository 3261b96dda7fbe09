import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { create, fromJson, type MessageInitShape } from '@bufbuild/protobuf';
import { ValueSchema } from '@bufbuild/protobuf/wkt';
import type { AgentLink, ExecAnswer } from './agent-link.ts';
import type { ToolCallSchema } from './generated/agent_pb.ts';
import { McpToolResultSchema } from './generated/agent_pb.ts';
import type { ToolResultRecord } from './run-log.ts';
import type { ToolArguments } from './scenario-step.ts';
import { execAnswerText, type ToolResultText } from './tool-result-text.ts';
import type { Turn } from './turn.ts';

type ToolCallInit = MessageInitShape<typeof ToolCallSchema>;

/** Where calls go, and where their results are noted. */
export interface CallContext {
  readonly link: AgentLink;
  readonly turn: Turn;
  readonly toolResults: ToolResultRecord[];
  /** The MCP server that offers a tool of this name. */
  providerOf(tool: string): string;
}

/** A call of a tool that the client offered. */
export interface PlannedCall {
  readonly tool: string;
  readonly args: ToolArguments;
  /** How long after the step's begin this call is made. */
  readonly afterMs: number;
}

/** Makes the calls of one step and waits for all of their results. */
export async function performCalls(
  context: CallContext,
  calls: readonly PlannedCall[],
  isListed: boolean,
): Promise<void> {
  const { link, turn } = context;
  if (isListed) await link.update({ case: 'toolRequestsListed', value: { callCount: calls.length } });
  const firstPlace = turn.reserveCalls(calls.length);
  const startedAt = performance.now();
  await Promise.all(
    calls.map(async (call, index) => {
      const waitMs = startedAt + call.afterMs - performance.now();
      if (waitMs > 0) await delay(waitMs, undefined, { signal: link.signal });
      await performMcpCall(context, call, firstPlace + index);
    }),
  );
}

/** Asks for a built-in read of a file, which the client executes itself if it executes it at all. */
export async function performRead(context: CallContext, path: string): Promise<void> {
  const callId = createCallId();
  const toolCall = (result?: ToolResultText): ToolCallInit => ({
    toolCallId: callId,
    tool: {
      case: 'readToolCall',
      value: {
        args: { path },
        ...(result !== undefined && {
          result: {
            result: result.isError
              ? { case: 'error', value: { errorMessage: result.text } }
              : { case: 'success', value: { content: result.text } },
          },
        }),
      },
    },
  });
  await performCall(context, context.turn.reserveCalls(1), {
    callId,
    tool: 'read',
    started: toolCall(),
    question: { case: 'readArgs', value: { path, toolCallId: callId } },
    completed: (_answer, result) => toolCall(result),
  });
}

async function performMcpCall(context: CallContext, call: PlannedCall, place: number): Promise<void> {
  const callId = createCallId();
  const provider = context.providerOf(call.tool);
  const args = {
    name: `${provider}-${call.tool}`,
    args: Object.fromEntries(Object.entries(call.args).map(([name, value]) => [name, fromJson(ValueSchema, value)])),
    toolCallId: callId,
    providerIdentifier: provider,
    toolName: call.tool,
  };
  const started: ToolCallInit = { toolCallId: callId, tool: { case: 'mcpToolCall', value: { args } } };
  await context.link.update({
    case: 'partialToolCall',
    value: { callId, toolCall: started, argsTextDelta: JSON.stringify(call.args) },
  });
  await performCall(context, place, {
    callId,
    tool: call.tool,
    started,
    question: { case: 'mcpArgs', value: args },
    completed: (answer, result) => ({
      toolCallId: callId,
      tool: { case: 'mcpToolCall', value: { args, result: toMcpToolResult(answer, result) } },
    }),
  });
}

async function performCall(
  { link, turn, toolResults }: CallContext,
  place: number,
  call: {
    readonly callId: string;
    readonly tool: string;
    readonly started: ToolCallInit;
    readonly question: Parameters<AgentLink['exec']>[0];
    readonly completed: (answer: ExecAnswer, result: ToolResultText) => ToolCallInit;
  },
): Promise<void> {
  const { callId } = call;
  await link.update({ case: 'toolCallStarted', value: { callId, toolCall: call.started } });
  const answer = await link.exec(call.question);
  const result = execAnswerText(answer);
  turn.results.set(place, result.text);
  toolResults.push({ callId, tool: call.tool, ...result });
  const toolCall = call.completed(answer, result);
  turn.addToolCall(toolCall);
  await link.update({ case: 'toolCallCompleted', value: { callId, toolCall } });
}

function toMcpToolResult(
  answer: ExecAnswer,
  { text, isError }: ToolResultText,
): MessageInitShape<typeof McpToolResultSchema> {
  if (answer.case === 'mcpResult' && answer.value.result.case === 'success')
    return create(McpToolResultSchema, { result: answer.value.result });
  return isError ? { result: { case: 'error', value: { error: text } } } : {};
}

function createCallId(): string {
  return `call_${randomBytes(12).toString('hex')}`;
}
