import type { AnswerFormat, AnswerRequest } from '../../core/answer-request.ts';
import type { ContentPart, Message, RunRequest } from '../../core/run-request.ts';
import { toFormatInstruction } from '../output/json-output.ts';
import { demandsCall, toCallDemand, toOfferedTools } from './tool-choice.ts';

/** The run that answers a request: with a kept agent, or with a new one where `agentId` is `null`. */
export const toRunRequest = (
  request: AnswerRequest,
  apiKey: string,
  { agentId, messages }: Pick<RunRequest, 'agentId' | 'messages'>,
): RunRequest => ({
  requestId: request.requestId,
  ...(request.traceContext !== undefined && { traceContext: request.traceContext }),
  apiKey,
  model: request.model,
  systemPrompt: request.systemPrompt,
  tools: request.tools,
  offeredTools: toOfferedTools(request.toolChoice),
  agentId,
  keepAgent: true,
  messages,
  instructions: toInstructions(request, null),
});

/** What the model is told for one answer. A run that was told of a format before need not be told of it again. */
export const toInstructions = (request: AnswerRequest, toldFormat: AnswerFormat | null): readonly string[] => {
  const { format, toolChoice } = request;
  const isTold = format === null || JSON.stringify(format) === JSON.stringify(toldFormat);
  return [
    ...(demandsCall(request) ? [toCallDemand(toolChoice, false)] : []),
    ...(isTold ? [] : [toFormatInstruction(format)]),
  ];
};

/** A further run of the same agent, for something that Portside itself has to say. */
export const toFollowUp = (request: RunRequest, agentId: string | null, text: string): RunRequest => ({
  ...request,
  agentId,
  messages: [{ role: 'user', content: [{ type: 'text', text }] }],
  instructions: [],
});

/** How many characters a run begins with, images aside. */
export const countInput = (request: RunRequest): number =>
  countText(request.messages.flatMap(({ content }) => content)) +
  request.messages.reduce((sum, message) => sum + countCalls(message), 0) +
  // A kept agent knows these.
  (request.agentId === null ? (request.systemPrompt?.length ?? 0) + JSON.stringify(request.tools).length - 2 : 0);

/** Characters of the texts of a content. */
export const countText = (content: readonly ContentPart[]): number =>
  content.reduce((sum, part) => sum + (part.type === 'text' ? part.text.length : 0), 0);

const countCalls = (message: Message): number =>
  message.role === 'assistant'
    ? message.toolCalls.reduce((sum, call) => sum + call.name.length + call.arguments.length, 0)
    : 0;
