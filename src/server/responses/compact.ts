import type { Client } from '../../core/client.ts';
import { GatewayError } from '../../core/gateway-error.ts';
import type { Usage } from '../../core/usage.ts';
import type { RequestTrace } from '../../engine/activity/activity-recorder.ts';
import type { Answers } from '../../engine/answer/create-answers.ts';
import { toCompactionItem } from '../../protocols/openai-responses/compaction-item.ts';
import { toStoredInput } from '../../protocols/openai-responses/stored-items.ts';
import { toResponseUsage } from '../../protocols/openai-responses/usage.ts';
import { findPrice } from '../../protocols/prices/find-price.ts';
import { giveAnswer } from '../give-answer.ts';
import { createId } from './create-id.ts';
import type { PreparedResponse } from './prepare-response.ts';

/** What the model is asked for. Whoever goes on has nothing else of what was said. */
const DEMAND = [
  'Stop here: do not go on with the task and call no tools.',
  'Write a summary of this whole conversation for whoever takes it over from you and cannot see it.',
  'Keep what they need to go on: what the user wants and has decided, what was done and found out with exact names, paths, values and results, what failed, and what remains to be done.',
  'Answer with the summary alone.',
].join(' ');

/**
 * Makes a conversation shorter: the messages of its user as they are, and a summary of everything by the model itself.
 * Gives a `response.compaction`.
 *
 * @throws GatewayError where the model gives none
 */
export const compact = async (
  { answer, context, input }: PreparedResponse,
  {
    answers,
    client,
    trace,
    signal,
  }: {
    readonly answers: Pick<Answers, 'answer'>;
    readonly client: Client;
    readonly trace: RequestTrace | null;
    readonly signal: AbortSignal;
  },
): Promise<object> => {
  const price = findPrice(answer.model);
  const events = giveAnswer({
    answers,
    request: {
      ...answer,
      messages: [...answer.messages, { role: 'user', content: [{ type: 'text', text: DEMAND }] }],
      toolChoice: 'none',
      // A summary that is cut would lose the rest for good.
      limits: { ...answer.limits, maxTokens: null },
      format: null,
    },
    context: { owner: client.owner, account: client.account, sessionId: null, affinity: null, isStream: false },
    client,
    trace,
    onPlaced: () => undefined,
    hangUp: signal,
    price,
  });
  let summary = '';
  let usage: Usage | null = null;
  for await (const event of events) {
    if (event.type === 'run-error') throw GatewayError.fromFailure(event.error);
    if (event.type === 'text-delta') summary += event.text;
    if (event.type === 'run-end') ({ usage } = event);
  }
  if (summary.trim() === '') {
    throw new GatewayError('model_output_invalid', 'The model gave no summary of the conversation. Try again.');
  }
  const said = [...context.items, ...input].filter(({ type, role }) => type === 'message' && role === 'user');
  return {
    id: createId('resp'),
    object: 'response.compaction',
    created_at: Math.floor(Date.now() / 1000),
    output: [...toStoredInput(said, createId), toCompactionItem(createId('cmp'), summary.trim())],
    usage: toResponseUsage(usage, price),
  };
};
