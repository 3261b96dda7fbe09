import type { Backend } from '../../core/backend.ts';
import type { PrepareImages } from '../../core/prepare-images.ts';
import type { Admission } from '../admission.ts';
import type { HeldRuns } from '../conversations/held-runs.ts';
import type { KeptAgents } from '../conversations/kept-agents.ts';
import type { KnownConversations } from '../conversations/known-conversations.ts';
import type { ToldCalls } from '../conversations/told-calls.ts';

/** What all answers share. */
export interface AnswerEnvironment {
  readonly backend: Pick<Backend, 'run' | 'releaseAgents'>;
  readonly admission: Admission;
  readonly heldRuns: HeldRuns;
  readonly keptAgents: KeptAgents;
  readonly known: KnownConversations;
  readonly toldCalls: ToldCalls;
  readonly prepareImages: PrepareImages;
  /** How often in a row the same tool call may be made; 0 for any number. */
  readonly repeatedCallLimit: number;
}
