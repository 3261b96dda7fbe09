import type { MessageInitShape } from '@bufbuild/protobuf';
import type { ConversationStepSchema } from './generated/agent_pb.ts';
import { countCharacters } from './split-text.ts';
import type { TokenCounts } from './run-log.ts';

type StepInit = NonNullable<MessageInitShape<typeof ConversationStepSchema>['message']>;

/** What a run has said and done so far: what its blobs, its usage and its templates are made of. */
export interface Turn {
  /** Texts of the results of tool calls, by the place of the call in the scenario. */
  readonly results: Map<number, string>;
  /** Takes the places of `count` tool calls; returns the first. */
  reserveCalls(count: number): number;
  addText(text: string): void;
  addThinking(text: string, durationMs: number): void;
  addToolCall(toolCall: Extract<StepInit, { case: 'toolCall' }>['value']): void;
  addUsage(usage: TokenCounts): void;
  /** The reported usage, or else a quarter of the characters read and written. */
  usage(charactersRead: number): TokenCounts;
  /** The steps of the turn, in order. */
  steps(): readonly StepInit[];
}

const CHARACTERS_PER_TOKEN = 4;
const NO_TOKENS: TokenCounts = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0, reasoning: 0 };

export function createTurn(): Turn {
  const steps: StepInit[] = [];
  const results = new Map<number, string>();
  let text = '';
  let calls = 0;
  let charactersWritten = 0;
  let charactersThought = 0;
  let reported: TokenCounts | null = null;

  // Text of several steps in a row is one message; a tool call or a thought ends it.
  const closeText = (): void => {
    if (text !== '') steps.push({ case: 'assistantMessage', value: { text } });
    text = '';
  };
  return {
    results,
    reserveCalls(count) {
      calls += count;
      return calls - count;
    },
    addText(more) {
      text += more;
      charactersWritten += countCharacters(more);
    },
    addThinking(thought, durationMs) {
      closeText();
      steps.push({ case: 'thinkingMessage', value: { text: thought, durationMs } });
      charactersThought += countCharacters(thought);
    },
    addToolCall(toolCall) {
      closeText();
      steps.push({ case: 'toolCall', value: toolCall });
    },
    addUsage(usage) {
      const before = reported ?? NO_TOKENS;
      reported = {
        input: before.input + usage.input,
        output: before.output + usage.output,
        cacheRead: before.cacheRead + usage.cacheRead,
        cacheWrite: before.cacheWrite + usage.cacheWrite,
        reasoning: before.reasoning + usage.reasoning,
      };
    },
    usage: (charactersRead) =>
      reported ?? {
        ...NO_TOKENS,
        input: Math.ceil(charactersRead / CHARACTERS_PER_TOKEN),
        output: Math.ceil((charactersWritten + charactersThought) / CHARACTERS_PER_TOKEN),
        reasoning: Math.ceil(charactersThought / CHARACTERS_PER_TOKEN),
      },
    steps() {
      closeText();
      return steps;
    },
  };
}
