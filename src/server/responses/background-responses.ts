import { EventEmitter, once } from 'node:events';
import { GatewayError } from '../../core/gateway-error.ts';
import type { Logger } from '../../core/logger.ts';
import type { ChoiceEvent } from '../../core/run-event.ts';
import type { RequestTrace } from '../../engine/activity/activity-recorder.ts';
import type { ResponseEvent, ResponseObject } from '../../protocols/openai-responses/response-object.ts';
import { toNoAnswer } from '../../protocols/to-no-answer.ts';
import { RESPONSES_PATH } from '../judge-upgrade.ts';
import { logDefect } from '../log-defect.ts';
import type { ServerTiming } from '../server-timing.ts';
import { STOPPED } from './abandoned-responses.ts';
import type { AnswerKeeper } from '../stored-answers/keep-answers.ts';
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

/** Who has asked for it. */
export interface BackgroundRequest {
  readonly owner: string;
  readonly requestId: string;
  /** Ended with the response; `null` where nobody takes notes. */
  readonly trace: RequestTrace | null;
}

/** The responses in the background that are being made. */
export interface BackgroundResponses {
  /** @throws GatewayError `body_too_large` where it cannot be stored: nobody could ask for it then */
  start(turn: ResponseTurn, request: BackgroundRequest): BackgroundResponse;
  /** `null` where none of this id is under way. */
  find(owner: string, id: string): BackgroundResponse | null;
  /** Ends all of them as failed. */
  stop(): void;
}

export const createBackgroundResponses = ({
  keeper,
  timing,
  logger,
}: {
  readonly logger: Logger;
  readonly keeper: Pick<AnswerKeeper, 'keep' | 'settle'>;
  readonly timing: Pick<ServerTiming, 'heartbeatMs'>;
}): BackgroundResponses => {
  const running = new Map<string, { readonly owner: string; readonly job: Job }>();
  return {
    start(turn, { owner, requestId, trace }) {
      const { id } = turn.encoder.response;
      if (!keeper.keep(turn.toStored(turn.encoder.response, process.pid))) throw NOT_KEPT;
      const job = createJob({
        turn,
        requestId,
        trace,
        logger,
        heartbeatMs: timing.heartbeatMs,
        onEnd(response, events) {
          running.delete(id);
          keeper.settle(id, { body: { ...response }, events });
        },
      });
      running.set(id, { owner, job });
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

const NOT_KEPT = new GatewayError(
  'body_too_large',
  'A response in the background has to be stored, and this one is too large for that, or the storage fails: the log of Portside says which. Send less, raise the setting portside.storedAnswerMegabytes, or leave background out.',
);

/** What lets a queued response be in progress; the agent is told of later, and is none of the client's business. */
const BEGINNING: ChoiceEvent = { type: 'run-start', runId: '', agentId: '' };

interface Job extends BackgroundResponse {
  /** Never rejects. */
  work(): Promise<void>;
  fail(error: GatewayError): void;
}

const createJob = ({
  turn: { encoder, run },
  requestId,
  trace,
  heartbeatMs,
  logger,
  onEnd,
}: {
  readonly turn: ResponseTurn;
  readonly requestId: string;
  readonly trace: RequestTrace | null;
  readonly logger: Logger;
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
    if (isOver) return;
    trace?.noteFailure(error);
    logDefect(logger, error, requestId);
    end(encoder.push({ type: 'run-error', error: error.toFailure() }));
  };

  return {
    get response() {
      return encoder.response;
    },
    async work() {
      add(encoder.open());
      timer = setInterval(() => add(encoder.keepalive()), heartbeatMs);
      try {
        for await (const event of run(abortion.signal, () => add(encoder.push(BEGINNING)))) {
          if (isOver) break;
          add(encoder.push(event));
        }
        fail(toNoAnswer());
      } catch (error) {
        fail(GatewayError.from(error));
      } finally {
        clearInterval(timer);
        trace?.end({
          status: 200,
          route: RESPONSES_PATH,
          isComplete: encoder.response.status !== 'cancelled',
          headers: [],
        });
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
