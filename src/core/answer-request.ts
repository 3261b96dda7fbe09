import type { ModelSelection } from './model.ts';
import type { Message } from './run-request.ts';
import type { ToolChoice, ToolDefinition } from './tool.ts';
import type { TraceContext } from './trace-context.ts';

/** The form that the text of an answer must have. */
export type AnswerFormat =
  | { readonly type: 'json_object' }
  | {
      readonly type: 'json_schema';
      readonly name: string;
      readonly description: string | null;
      /** JSON Schema of the whole answer. */
      readonly schema: Readonly<Record<string, unknown>>;
    };

/** Where an answer is cut. Cursor has no such controls: Portside enforces them. */
export interface OutputLimits {
  /** The answer ends before the first of these; none of them is empty. */
  readonly stop: readonly string[];
  /** In tokens of o200k; `null` for no limit. */
  readonly maxTokens: number | null;
  /** Whether `maxTokens` counts reasoning too. */
  readonly countsReasoning: boolean;
}

/** What a client asked for, decoded from its wire: the engine's input. */
export interface AnswerRequest {
  readonly requestId: string;
  /** The trace that its client has named; absent where there is none. */
  readonly traceContext?: TraceContext;
  readonly model: ModelSelection;
  /** The system and developer messages that open the conversation, joined by blank lines; `null` where there are none. */
  readonly systemPrompt: string | null;
  /** The rest of the conversation, oldest first; at least one message. */
  readonly messages: readonly Message[];
  readonly tools: readonly ToolDefinition[];
  readonly toolChoice: ToolChoice;
  /** Whether the answer may make several calls at once. */
  readonly parallelToolCalls: boolean;
  /** How many answers are wanted, at least one. */
  readonly choices: number;
  readonly limits: OutputLimits;
  /** `null` for plain text. */
  readonly format: AnswerFormat | null;
}
