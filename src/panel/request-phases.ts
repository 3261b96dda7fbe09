import type { RequestDetail, RequestMark } from '../core/request-activity.ts';

/**
 * A part of a request's life. `access`: let in. `read`: its body is read. `place`: its conversation is looked up. `wait`: for
 * its turn. `start`: Cursor begins. `think`: until the first output. `output`: while output comes. `answer`: all the rest of a
 * request that has no output of a model.
 */
export type RequestPhaseName = 'access' | 'read' | 'place' | 'wait' | 'start' | 'think' | 'output' | 'answer';

export interface RequestPhase {
  readonly name: RequestPhaseName;
  /** Milliseconds from the arrival. */
  readonly startMs: number;
  readonly endMs: number;
  /** Whether it is still going on. */
  readonly isOpen: boolean;
}

/** What ends with a mark. */
const ENDED_BY: Readonly<Record<Exclude<RequestMark, 'ended'>, RequestPhaseName>> = {
  authenticated: 'access',
  read: 'read',
  placed: 'place',
  admitted: 'wait',
  'run-started': 'start',
  'first-delta': 'think',
};

/** What goes on after a mark while a run is under way. */
const AFTER: Readonly<Record<RequestMark, RequestPhaseName>> = {
  authenticated: 'read',
  read: 'place',
  placed: 'wait',
  admitted: 'start',
  'run-started': 'think',
  'first-delta': 'output',
  ended: 'answer',
};

/** The parts of a request's life, one after the other. `elapsedMs`: since its arrival, for one that is under way. */
export const toPhases = (
  detail: Pick<RequestDetail, 'marks' | 'outcome' | 'durationMs'>,
  elapsedMs: number,
): readonly RequestPhase[] => {
  const phases: RequestPhase[] = [];
  let last: RequestMark | null = null;
  let startMs = 0;
  for (const { mark, atMs } of detail.marks) {
    const endMs = Math.max(startMs, atMs);
    const name = mark === 'ended' ? toLastPhase(last) : ENDED_BY[mark];
    phases.push({ name, startMs, endMs, isOpen: false });
    startMs = endMs;
    last = mark;
  }
  if (last === 'ended') return phases;
  const isOpen = detail.outcome === 'running';
  const endMs = Math.max(startMs, detail.durationMs ?? elapsedMs);
  const name = isOpen ? (last === null ? 'access' : AFTER[last]) : toLastPhase(last);
  phases.push({ name, startMs, endMs, isOpen });
  return phases;
};

const toLastPhase = (last: RequestMark | null): RequestPhaseName => (last === 'first-delta' ? 'output' : 'answer');
