import type { InteractionUpdate, SDKCustomTool, SDKJsonValue, ToolCallCompletedUpdate } from '@cursor/sdk';
import type { ToolCall } from '../../../core/run-request.ts';
import type { ToolDefinition, ToolResult } from '../../../core/tool.ts';
import { validateJson } from '../../../core/validate-json.ts';
import { createCallBatch } from './call-batch.ts';
import type { CallIds } from './call-ids.ts';
import { toSdkSchema } from './to-sdk-schema.ts';
import { type SdkToolResult, toSdkToolError, toSdkToolResult } from './tool-result.ts';

/** The tool calls of one run. Each that is valid is a promise that the SDK waits for until the client has answered. */
export interface ToolCalls {
  /** The offered tools for the SDK; `undefined` where there are none. */
  readonly customTools: Record<string, SDKCustomTool> | undefined;
  /** Whether a call waits for its result. */
  readonly isWaiting: boolean;
  /** Takes in what the SDK tells about calls. */
  observe(update: InteractionUpdate): void;
  /** Answers calls; results of calls that do not wait are dropped. */
  giveResults(results: readonly ToolResult[]): void;
  /** Makes no more of calls, and answers those that wait once `cancelled` resolves: the SDK is left with no open promise. */
  end(cancelled: Promise<void>): void;
}

/** A model that calls wrongly again and again is stopped: so many times in a row it is told what is wrong. */
const MAX_REFUSALS = 3;

const REFUSED_AT_END = toSdkToolError('The run is over.');

/** Makes the calls of one run. A tool's name goes to the SDK and comes back as it is. */
export const createToolCalls = (options: {
  readonly tools: readonly ToolDefinition[];
  readonly ids: CallIds;
  /** A call waits from now on. */
  readonly onHeld: () => void;
  /** The calls of a batch, in the order in which they were made. */
  readonly onBatch: (calls: readonly ToolCall[]) => void;
  /** The model has called wrongly too often. */
  readonly onInvalid: (toolName: string, problem: string) => void;
}): ToolCalls => {
  const offered = new Set(options.tools.map(({ name }) => name));
  const waiting = new Map<string, (result: SdkToolResult) => void>();
  /** Ids of the batches that were given out, as far as they have no result. */
  const unanswered = new Set<string>();
  let collected: ToolCall[] = [];
  let refusalCount = 0;
  let isOver = false;

  const batch = createCallBatch(() => {
    const calls = collected;
    collected = [];
    for (const { id } of calls) unanswered.add(id);
    options.onBatch(calls);
  });

  const refuse = (name: string, problem: string): void => {
    refusalCount += 1;
    if (refusalCount > MAX_REFUSALS) options.onInvalid(name, problem);
  };

  const execute = (tool: ToolDefinition, args: Record<string, SDKJsonValue>, sdkId: string | undefined) => {
    if (isOver) return REFUSED_AT_END;
    const id = options.ids.claim(sdkId);
    const problems = validateJson(tool.parameters, args);
    if (problems.length > 0) {
      const problem = problems.join('; ');
      batch.made(id, false);
      refuse(tool.name, problem);
      return toSdkToolError(
        `The arguments do not fit the schema of "${tool.name}": ${problem}. Call it again with arguments that fit.`,
      );
    }
    refusalCount = 0;
    const result = Promise.withResolvers<SdkToolResult>();
    waiting.set(id, result.resolve);
    collected.push({ id, name: tool.name, arguments: JSON.stringify(args) });
    options.onHeld();
    batch.made(id, true);
    return result.promise;
  };

  /** Where the model calls what is not offered, the SDK answers with an error by itself. */
  const countUnknown = ({ toolCall }: ToolCallCompletedUpdate): void => {
    if (toolCall.type !== 'mcp' || toolCall.result?.status !== 'error') return;
    const { toolName } = toolCall.args;
    if (toolName !== undefined && !offered.has(toolName)) refuse(toolName, 'no such tool is offered');
  };

  return {
    customTools: options.tools.length === 0 ? undefined : toCustomTools(options.tools, execute),
    get isWaiting() {
      return waiting.size > 0;
    },
    observe(update) {
      if (update.type === 'tool-requests-listed') {
        batch.listed(update.callCount);
      } else if (update.type === 'partial-tool-call' || update.type === 'tool-call-started') {
        batch.announced(update.callId);
      } else if (update.type === 'tool-call-completed') {
        batch.completed(update.callId);
        countUnknown(update);
      }
    },
    giveResults(results) {
      for (const result of results) {
        unanswered.delete(result.toolCallId);
        waiting.get(result.toolCallId)?.(toSdkToolResult(result));
        waiting.delete(result.toolCallId);
      }
      if (unanswered.size === 0) batch.resume();
    },
    end(cancelled) {
      isOver = true;
      batch.end();
      const left = [...waiting.values()];
      waiting.clear();
      const answerLeft = async () => {
        await cancelled;
        for (const resolve of left) resolve(REFUSED_AT_END);
      };
      void answerLeft();
    },
  };
};

const toCustomTools = (
  tools: readonly ToolDefinition[],
  execute: (
    tool: ToolDefinition,
    args: Record<string, SDKJsonValue>,
    sdkId: string | undefined,
  ) => SdkToolResult | Promise<SdkToolResult>,
): Record<string, SDKCustomTool> => {
  // Without a prototype, since the SDK looks names up in it: `constructor` and `__proto__` are names like others.
  const customTools: Record<string, SDKCustomTool> = Object.create(null);
  for (const tool of tools) {
    customTools[tool.name] = {
      ...(tool.description !== null && { description: tool.description }),
      inputSchema: toSdkSchema(tool.parameters),
      // Async: what is thrown here becomes an error for the model.
      execute: async (args, { toolCallId }) => execute(tool, args, toolCallId),
    };
  }
  return customTools;
};
