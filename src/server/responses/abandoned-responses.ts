import { readFileSync } from 'node:fs';
import os from 'node:os';
import type { AnswerStore, StoredAnswer, StoredAnswerBody } from '../../core/answer-store.ts';
import { GatewayError } from '../../core/gateway-error.ts';

/** What becomes of a response in the background whose server ends. */
export const STOPPED = new GatewayError(
  'bridge_unavailable',
  'Portside ended before this response was made. Create it again.',
);

/**
 * Ends what a process has left behind that died over it, or over the end of its server: whoever asks for it is told so.
 *
 * @throws Error where the storage fails
 */
export const settleAbandoned = (store: AnswerStore): void => {
  for (const answer of store.listUnderWay()) {
    if (answer.processId === process.pid || isOrphaned(answer)) settleAsStopped(store, answer);
  }
};

/** Ends a response whose process has died since, where it is one; `answer` as it stands then. @throws Error where the storage fails */
export const settleOrphaned = (store: AnswerStore, answer: StoredAnswerBody): StoredAnswerBody => {
  if (!isUnderWay(answer) || !isOrphaned(answer)) return answer;
  settleAsStopped(store, answer);
  return store.findBody(answer.owner, answer.id) ?? answer;
};

const isUnderWay = ({ body: { status } }: StoredAnswerBody): boolean => status === 'queued' || status === 'in_progress';

/** A process of another start of the machine may have had an id that another one has now. */
const isOrphaned = ({ processId, createdAt }: StoredAnswerBody): boolean =>
  processId === null || createdAt < Date.now() - os.uptime() * 1000 || !isAlive(processId);

const settleAsStopped = (store: AnswerStore, { id, body }: StoredAnswerBody): void => {
  store.settle(id, {
    body: {
      ...body,
      status: 'failed',
      error: { code: 'server_error', message: STOPPED.message },
    } satisfies StoredAnswer['body'],
    events: null,
  });
};

const isAlive = (processId: number): boolean => {
  try {
    process.kill(processId, 0);
    return !isDefunct(processId);
  } catch {
    return false;
  }
};

/** On Linux, one that nobody has asked for its end still has its id: in a container without an init process, for good. */
const isDefunct = (processId: number): boolean => {
  if (process.platform !== 'linux') return false;
  try {
    // https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html: the name is in brackets, and may hold any sign.
    return /\) Z [^)]*$/.test(readFileSync(`/proc/${processId}/stat`, 'utf8'));
  } catch {
    return false;
  }
};
