import { setTimeout as delay } from 'node:timers/promises';
import type { FirstEventTimes } from './client.ts';
import type { Rig } from './rig.ts';
import { medianOf } from './statistics.ts';
import { DELTA_CHARACTERS } from './stream-job.ts';

/** Times of streamed answers to the same words by both wires at one stream; medians over all pairs. */
export interface FirstEvents {
  readonly chat: FirstEventTimes;
  readonly responses: FirstEventTimes;
  /** Medians of the differences within the pairs: how far Responses is behind. */
  readonly pairedDifference: FirstEventTimes;
}

export interface FirstEventPlan {
  readonly pairs: number;
  readonly warmUps: number;
}

/** Few, as the first one counts. */
const DELTAS = 10;

/** What ends after an answer, such as its agent, shall not weigh on the next one. */
const SETTLE_MS = 30;

/**
 * Compares Responses, which are stored as by default, with Chat Completions, by single answers in an order that alternates, so
 * that drift of the machine cancels.
 */
export const measureFirstEvent = async (rig: Rig, { pairs, warmUps }: FirstEventPlan): Promise<FirstEvents> => {
  await rig.setAnswer({ deltas: DELTAS, everyMs: 0 });
  const characters = DELTAS * DELTA_CHARACTERS;
  const taken: Pair[] = [];
  const time = async (wire: 'Chat Completions' | 'Responses'): Promise<FirstEventTimes> => {
    await delay(SETTLE_MS);
    return rig.client.call('timeFirstEvent', { target: rig.target, wire, characters });
  };
  for (let pair = -warmUps; pair < pairs; pair += 1) {
    const before = pair % 2 === 0 ? await time('Chat Completions') : null;
    const responses = await time('Responses');
    const chat = before ?? (await time('Chat Completions'));
    if (pair >= 0) taken.push({ chat, responses });
  }
  return {
    chat: toMedians(taken.map(({ chat }) => chat)),
    responses: toMedians(taken.map(({ responses }) => responses)),
    pairedDifference: toMedians(taken.map(toDifference)),
  };
};

interface Pair {
  readonly chat: FirstEventTimes;
  readonly responses: FirstEventTimes;
}

const toDifference = ({ chat, responses }: Pair): FirstEventTimes => ({
  firstEventMs: responses.firstEventMs - chat.firstEventMs,
  firstDeltaMs: responses.firstDeltaMs - chat.firstDeltaMs,
  totalMs: responses.totalMs - chat.totalMs,
});

const toMedians = (all: readonly FirstEventTimes[]): FirstEventTimes => ({
  firstEventMs: medianOf(all.map(({ firstEventMs }) => firstEventMs)),
  firstDeltaMs: medianOf(all.map(({ firstDeltaMs }) => firstDeltaMs)),
  totalMs: medianOf(all.map(({ totalMs }) => totalMs)),
});
