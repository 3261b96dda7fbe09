import { type FirstEventPlan, type FirstEvents, measureFirstEvent } from './measure-first-event.ts';
import { measureStoredResponses, type StoredResponses, type StoredResponsesPlan } from './measure-stored-responses.ts';
import { measureWireRounds, type WireRounds, type WireRoundsPlan } from './measure-wire-rounds.ts';
import type { ProcessKeeper } from './process-keeper.ts';
import { type RigOptions, withRig } from './rig.ts';

/** What the Responses API costs. */
export interface ResponseTimes {
  readonly firstEvents: FirstEvents;
  readonly rounds: WireRounds;
  readonly stored: StoredResponses;
}

export interface ResponsesPlan {
  readonly firstEvents: FirstEventPlan;
  readonly rounds: WireRoundsPlan;
  readonly stored: StoredResponsesPlan;
}

/** Measures the Responses API against Chat Completions, and against itself over WebSocket. */
export const measureResponses = async (
  keeper: ProcessKeeper,
  options: RigOptions,
  plan: ResponsesPlan,
): Promise<ResponseTimes> => ({
  firstEvents: await withRig(keeper, options, (rig) => measureFirstEvent(rig, plan.firstEvents)),
  rounds: await withRig(keeper, options, (rig) => measureWireRounds(rig, plan.rounds)),
  stored: await measureStoredResponses(keeper, options, plan.stored),
});
