import { EventEmitter, once } from 'node:events';
import type { AnswerStore, StoredAnswer } from '../../core/answer-store.ts';
import { GatewayError } from '../../core/gateway-error.ts';
import type { RequestTrace } from '../../engine/activity/activity-recorder.ts';
import type { ResponseEvent, ResponseObject } from '../../protocols/openai-responses/response-object.ts';
import type { ServerTiming } from '../server-timing.ts';
import type { AnswerKeeper } from './keep-answers.ts';
import type { ResponseTurn } from './response-turn.ts';
import { isTerminal } from './watch-end.ts';

/** A response that is made without anybody having to wait for it. */
export interface BackgroundResponse {
  /** As it stands. */
  readonly response: ResponseObject;
  /** The events behind the one of this number (-1 for all), those to come included. Ends with the last one, or with `signal`. */
  follow(startingAfter: number, signal: AbortSignal): AsyncGenerator<ResponseEvent>;
  /** Ends it as cancelled, if it is not over; its response is final then. */
  cancel(): void;
}

/** The responses in the background that are being made. */
export interface BackgroundResponses {
  start(turn: ResponseTurn, owner: string, trace: RequestTrace | null): BackgroundResponse;
  /** `null` where none of this id is under way. */
  find(owner: string, id: string): BackgroundResponse | null;
  /** Ends all of them as failed. */
  stop(): void;
}

export const createBackgroundResponses = ({
  keeper,
  timing,
}: {
  readonly keeper: Pick<AnswerKeeper, 'keep' | 'settle'>;
  readonly timing: Pick<ServerTiming, 'heartbeatMs'>;
}): BackgroundResponses => {
  const running = new Map<string, { readonly owner: string; readonly job: Job }>();
  return {
    start(turn, owner, trace) {
      const { id } = turn.encoder.response;
      const job = createJob({
        turn,
        trace,
        heartbeatMs: timing.heartbeatMs,
        onEnd(response, events) {
          running.delete(id);
          keeper.settle(id, { body: { ...response }, events });
        },
      });
      running.set(id, { owner, job });
      keeper.keep(turn.toStored(turn.encoder.response, process.pid));
      void job.work();
      return job;
    },
    find(owner, id) {
      const found = running.get(id);
      return found?.owner === owner ? found.job : null;
    },
    stop() {
      for (const { job } of running.values()) job.fail(STOPPED);
    },
  };
};

/**
 * Ends what a process has left behind that died over it, or over the end of its server: whoever asks for it is told so.
 *
 * @throws Error where the storage fails
 */
export const settleAbandoned = (store: AnswerStore): void => {
  for (const { id, body, processId } of store.listUnderWay()) {
    if (processId !== null && processId !== process.pid && isAlive(processId)) continue;
    store.settle(id, {
      body: {
        ...body,
        status: 'failed',
        error: { code: 'server_error', message: STOPPED.message },
      } satisfies StoredAnswer['body'],
      events: null,
    });
  }
};

const STOPPED = new GatewayError(
  'bridge_unavailable',
  'Portside ended before this response was made. Create it again.',
);

interface Job extends BackgroundResponse {
  /** Never rejects. */
  work(): Promise<void>;
  fail(error: GatewayError): void;
}

const createJob = ({
  turn: { encoder, run },
  trace,
  heartbeatMs,
  onEnd,
}: {
  readonly turn: ResponseTurn;
  readonly trace: RequestTrace | null;
  readonly heartbeatMs: number;
  readonly onEnd: (response: ResponseObject, events: readonly ResponseEvent[]) => void;
}): Job => {
  const abortion = new AbortController();
  const growth = new EventEmitter().setMaxListeners(0);
  const log: ResponseEvent[] = [];
  let isOver = false;
  let timer: NodeJS.Timeout | null = null;

  const add = (events: readonly ResponseEvent[]): void => {
    const last = events.at(-1);
    if (isOver || last === undefined) return;
    log.push(...events);
    isOver = isTerminal(last);
    if (isOver) {
      if (timer !== null) clearInterval(timer);
      onEnd(encoder.response, log);
    } else {
      timer?.refresh();
    }
    growth.emit('growth');
  };
  const end = (events: readonly ResponseEvent[]): void => {
    add(events);
    abortion.abort();
  };
  const fail = (error: GatewayError): void => {
    if (!isOver) end(encoder.push({ type: 'run-error', error: error.toFailure() }));
  };

  return {
    get response() {
      return encoder.response;
    },
    async work() {
      add(encoder.open());
      timer = setInterval(() => add(encoder.keepalive()), heartbeatMs);
      try {
        for await (const event of run(abortion.signal)) {
          if (isOver) break;
          add(encoder.push(event));
        }
        fail(new GatewayError('upstream_error', 'Cursor ended the run without an answer. Try again.'));
      } catch (error) {
        fail(GatewayError.from(error));
      } finally {
        clearInterval(timer);
        trace?.end({ status: 200, isComplete: encoder.response.status !== 'cancelled', headers: [] });
      }
    },
    async *follow(startingAfter, signal) {
      for (let next = Math.max(0, startingAfter + 1); ;) {
        while (next < log.length) {
          const event = log[next];
          next += 1;
          if (event !== undefined) yield event;
        }
        if (isOver) return;
        await once(growth, 'growth', { signal });
      }
    },
    cancel() {
      if (!isOver) end(encoder.cancel());
    },
    fail,
  };
};

const isAlive = (processId: number): boolean => {
  try {
    process.kill(processId, 0);
    return true;
  } catch {
    return false;
  }
};
