import { setTimeout as delay } from 'node:timers/promises';
import { createChatConversation } from './chat-conversation.ts';
import { toAnswerScenario } from './conversation-job.ts';
import type { Rig } from './rig.ts';
import { medianOf } from './statistics.ts';

/** Times to the first delta, in milliseconds; medians over all conversations. */
export interface ConversationTimes {
  readonly turns: number;
  readonly bareSdk: SourceTimes;
  readonly portside: SourceTimes & {
    /** The last turn once more, by a client of whose conversation nothing is known: the history goes as a transcript. */
    readonly lastAfresh: number;
  };
}

export interface SourceTimes {
  /** The second turn: the first one makes the agent. */
  readonly second: number;
  readonly last: number;
}

export interface ConversationPlan {
  readonly conversations: number;
  readonly warmUps: number;
  readonly turns: number;
}

/** What came before shall not weigh on a turn that counts. */
const SETTLE_MS = 60;

/** Holds the same conversations with both, turn by turn in an order that alternates, so that drift of the machine cancels. */
export const measureConversations = async (rig: Rig, plan: ConversationPlan): Promise<ConversationTimes> => {
  await rig.simulator.setScenario(toAnswerScenario());
  const talks: Talk[] = [];
  for (let index = -plan.warmUps; index < plan.conversations; index += 1) {
    const talk = await holdTalk(rig, `talk${index}`, { turns: plan.turns, startsBare: index % 2 === 0 });
    if (index >= 0) talks.push(talk);
  }
  const toMedian = (pick: (talk: Talk) => number | undefined): number =>
    medianOf(talks.flatMap((talk) => pick(talk) ?? []));
  return {
    turns: plan.turns,
    bareSdk: { second: toMedian(({ bareSdk }) => bareSdk[1]), last: toMedian(({ bareSdk }) => bareSdk.at(-1)) },
    portside: {
      second: toMedian(({ portside }) => portside[1]),
      last: toMedian(({ portside }) => portside.at(-1)),
      lastAfresh: toMedian(({ afresh }) => afresh),
    },
  };
};

interface Talk {
  /** By turn. */
  readonly bareSdk: readonly number[];
  readonly portside: readonly number[];
  readonly afresh: number;
}

const holdTalk = async (
  { bareSdkProcess, client, target }: Rig,
  name: string,
  { turns, startsBare }: { readonly turns: number; readonly startsBare: boolean },
): Promise<Talk> => {
  const conversation = createChatConversation(client, target, name);
  const bareSdk: number[] = [];
  const portside: number[] = [];
  const askBare = async (): Promise<void> => {
    bareSdk.push(await bareSdkProcess.call('converse', name));
  };
  const askPortside = async (): Promise<void> => {
    const { firstDeltaMs } = await conversation.next();
    portside.push(firstDeltaMs);
  };
  for (let turn = 1; turn <= turns; turn += 1) {
    const isMeasured = turn === 2 || turn === turns;
    const inOrder = startsBare ? [askBare, askPortside] : [askPortside, askBare];
    for (const ask of inOrder) {
      if (isMeasured) await delay(SETTLE_MS);
      await ask();
    }
  }
  await bareSdkProcess.call('endConversation', name);
  await delay(SETTLE_MS);
  const { firstDeltaMs } = await conversation.afresh();
  return { bareSdk, portside, afresh: firstDeltaMs };
};
