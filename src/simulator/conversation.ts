import { create, fromBinary, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import type { AgentLink } from './agent-link.ts';
import {
  type ConversationStateStructure,
  type ConversationStateStructureSchema,
  type ConversationStep,
  ConversationStepSchema,
  ConversationTurnStructureSchema,
  type McpToolCall,
  type ReadToolCall,
  type ToolCall,
  type UserMessage,
  UserMessageSchema,
} from './generated/agent_pb.ts';
import { mcpResultText } from './tool-result-text.ts';
import type { HistoryMemory } from './history-memory.ts';
import type { HistoryEntry, TokenCounts } from './run-log.ts';
import type { Turn } from './turn.ts';

const CONTEXT_WINDOW_TOKENS = 200_000;

/** Gives the turns of a conversation, oldest first: those that are not known are read from the blobs that the client keeps. */
export async function loadHistory(
  link: AgentLink,
  state: ConversationStateStructure | undefined,
  memory: HistoryMemory,
): Promise<HistoryEntry[]> {
  const turns = await Promise.all(
    (state?.turns ?? []).map(async (id) => {
      const entries = memory.get(id) ?? (await loadTurn(link, id));
      memory.set(id, entries);
      return entries;
    }),
  );
  return turns.flat();
}

async function loadTurn(link: AgentLink, id: Uint8Array): Promise<HistoryEntry[]> {
  const { turn } = fromBinary(ConversationTurnStructureSchema, await link.getBlob(id));
  if (turn.case !== 'agentConversationTurn') return [];
  const [userMessage, ...steps] = await Promise.all(
    [turn.value.userMessage, ...turn.value.steps].map((each) => link.getBlob(each)),
  );
  if (userMessage === undefined) return [];
  const { text } = fromBinary(UserMessageSchema, userMessage);
  return [{ role: 'user', text }, ...steps.flatMap((step) => toHistory(step))];
}

function toHistory(step: Uint8Array): HistoryEntry[] {
  return stepToHistory(fromBinary(ConversationStepSchema, step));
}

function stepToHistory({ message }: ConversationStep): HistoryEntry[] {
  if (message.case === 'assistantMessage') return [{ role: 'assistant', text: message.value.text }];
  if (message.case === 'toolCall') return [{ role: 'tool', text: toolCallText(message.value) }];
  return [];
}

function toolCallText({ tool }: ToolCall): string {
  switch (tool.case) {
    case 'mcpToolCall':
      return mcpCallText(tool.value);
    case 'readToolCall':
      return readCallText(tool.value);
    case undefined:
      return '';
  }
}

function mcpCallText({ result }: McpToolCall): string {
  return result === undefined ? '' : mcpResultText(result.result).text;
}

function readCallText({ result }: ReadToolCall): string {
  if (result?.result.case === 'success') return result.result.value.content;
  return result?.result.value?.errorMessage ?? '';
}

/** Where a conversation stands after a turn. */
export interface SavedConversation {
  readonly state: MessageInitShape<typeof ConversationStateStructureSchema>;
  /** Resolves when the client has stored every blob that the state names. */
  readonly stored: Promise<unknown>;
}

/** Gives the client the blobs of a turn that is done, and names the conversation's new state. */
export function saveTurn(options: {
  readonly link: AgentLink;
  readonly before: ConversationStateStructure | undefined;
  readonly requestId: string;
  readonly systemPrompt: string | null;
  readonly userMessage: UserMessage;
  readonly turn: Turn;
  readonly usage: TokenCounts;
  readonly memory: HistoryMemory;
}): SavedConversation {
  const { link, before, turn, usage } = options;
  const stored: Promise<void>[] = [];
  const save = (data: Uint8Array): Uint8Array => {
    const blob = link.setBlob(data);
    stored.push(blob.stored);
    return blob.id;
  };
  const savePrompt = (role: string, text: string): Uint8Array =>
    save(Buffer.from(JSON.stringify({ role, content: [{ type: 'text', text }] })));

  const steps = turn.steps().map((message) => create(ConversationStepSchema, { message }));
  const turnId = save(
    toBinary(
      ConversationTurnStructureSchema,
      create(ConversationTurnStructureSchema, {
        turn: {
          case: 'agentConversationTurn',
          value: {
            userMessage: save(toBinary(UserMessageSchema, options.userMessage)),
            steps: steps.map((step) => save(toBinary(ConversationStepSchema, step))),
            requestId: options.requestId,
          },
        },
      }),
    ),
  );
  options.memory.set(turnId, [
    { role: 'user', text: options.userMessage.text },
    ...steps.flatMap((step) => stepToHistory(step)),
  ]);
  const prompts = before?.rootPromptMessagesJson ?? [];
  const opening =
    prompts.length === 0 && options.systemPrompt !== null ? [savePrompt('system', options.systemPrompt)] : [];
  const answer = steps
    .flatMap(({ message }) => (message.case === 'assistantMessage' ? [message.value.text] : []))
    .join('\n\n');
  const state: SavedConversation['state'] = {
    rootPromptMessagesJson: [
      ...prompts,
      ...opening,
      savePrompt('user', options.userMessage.text),
      ...(answer === '' ? [] : [savePrompt('assistant', answer)]),
    ],
    tokenDetails: { usedTokens: usage.input + usage.output, maxTokens: CONTEXT_WINDOW_TOKENS },
    turns: [...(before?.turns ?? []), turnId],
  };
  const allStored = Promise.all(stored);
  // The client may go before anyone waits for this.
  allStored.catch(() => undefined);
  return { state, stored: allStored };
}
