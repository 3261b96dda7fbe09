import type { Backend } from '../../core/backend.ts';
import type { PrepareImages } from '../../core/prepare-images.ts';
import type { RunEvent } from '../../core/run-event.ts';
import type { Admission } from '../admission.ts';
import type { HeldRuns } from '../conversations/held-runs.ts';
import type { KeptAgents } from '../conversations/kept-agents.ts';
import type { KnownConversations } from '../conversations/known-conversations.ts';

/** What all answers share. */
export interface AnswerEnvironment {
  readonly backend: Pick<Backend, 'run' | 'releaseAgents'>;
  readonly admission: Admission;
  readonly heldRuns: HeldRuns;
  readonly keptAgents: KeptAgents;
  readonly known: KnownConversations;
  readonly repeats: RepeatedRequests;
  readonly prepareImages: PrepareImages;
  /** How often in a row the same tool call may be made; 0 for any number. */
  readonly repeatedCallLimit: number;
}

/**
 * What came after tool results were given: a client that sends the same results again, since it lost the answer, is told
 * the same. The run has them already and cannot take them twice.
 */
export interface RepeatedRequests {
  get(key: string): readonly RunEvent[] | undefined;
  set(key: string, events: readonly RunEvent[]): unknown;
}
