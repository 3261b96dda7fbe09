import type { GatewayErrorCode } from '../../core/error-specs.ts';
import type { Logger } from '../../core/logger.ts';
import type { RequestMark } from '../../core/request-activity.ts';
import { addUsage, type Usage } from '../../core/usage.ts';
import type { ArrivedRequest, AskedAnswer } from '../../engine/activity/activity-recorder.ts';
import type { RequestNotes, RequestObserver } from '../../engine/activity/observe-requests.ts';
import { toOutcome } from '../../engine/activity/to-outcome.ts';
import { openLineFile } from './open-line-file.ts';
import { prepareLogFile } from './prepare-log-file.ts';
import { toAccessLine } from './to-access-line.ts';

export interface AccessLogOptions {
  /** Absolute; empty for none. */
  readonly file: string;
  /** From this size on, the file is renamed and a new one begun. */
  readonly maxMegabytes: number;
  /** How many renamed ones are kept. */
  readonly keptFiles: number;
  readonly logger: Logger;
}

/** A file with a line of JSON for each request that is over. */
export interface AccessLog {
  readonly observer: RequestObserver;
  /** Writes what is waiting, within 400 ms. No request may be begun any more, and what is under way must be about to end. */
  close(): Promise<void>;
}

/** How long {@link AccessLog.close} waits for requests whose connections are closed already. */
const LAST_REQUESTS_MS = 100;

/** Opens the access log; `null` where there is to be none, or can be none: that is logged. */
export const openAccessLog = ({ file, maxMegabytes, keptFiles, logger }: AccessLogOptions): AccessLog | null => {
  if (file === '') return null;
  try {
    const maxBytes = maxMegabytes * 1024 * 1024;
    const lines = openLineFile({ ...prepareLogFile(file), file, maxBytes, keptFiles, logger });
    const open = createCountdown();
    return {
      observer: {
        begin(request) {
          open.add();
          return followRequest(request, (line) => {
            lines.write(line);
            open.remove();
          });
        },
      },
      async close() {
        // They hear a little later than the server that their connections are closed.
        await open.untilNone(LAST_REQUESTS_MS);
        await lines.close();
      },
    };
  } catch (error) {
    logger.warn(error instanceof Error ? error.message : String(error));
    return null;
  }
};

/** Counts what is under way. */
const createCountdown = () => {
  let count = 0;
  let onNone = (): void => undefined;
  return {
    add() {
      count += 1;
    },
    remove() {
      count -= 1;
      if (count === 0) onNone();
    },
    /** Resolves when nothing is under way, or that takes too long. */
    untilNone: (limitMs: number): Promise<void> =>
      new Promise((resolve) => {
        if (count === 0) {
          resolve();
          return;
        }
        const timer = setTimeout(resolve, limitMs);
        onNone = () => {
          clearTimeout(timer);
          resolve();
        };
      }),
  };
};

const followRequest = (request: ArrivedRequest, write: (line: string) => void): RequestNotes => {
  const startedAt = Date.now();
  const arrivedAt = performance.now();
  const reached = new Map<RequestMark, number>();
  let answer: AskedAnswer | null = null;
  let tokenName: string | null = null;
  let conversation: string | null = null;
  let errorCode: GatewayErrorCode | null = null;
  let usage: Usage | null = null;

  const mark = (point: RequestMark): void => {
    if (!reached.has(point)) reached.set(point, performance.now() - arrivedAt);
  };
  const between = (from: RequestMark, to: RequestMark): number | null => {
    const [start, end] = [reached.get(from), reached.get(to)];
    return start === undefined || end === undefined ? null : end - start;
  };

  return {
    mark,
    noteClient(client) {
      ({ tokenName } = client);
    },
    noteAnswer(asked) {
      answer = asked;
    },
    notePlaced(kind) {
      conversation = kind;
      mark('placed');
    },
    noteEvent(event) {
      switch (event.type) {
        case 'text-delta':
        case 'reasoning-delta':
        case 'tool-call':
          mark('first-delta');
          break;
        case 'run-end':
          if (event.usage !== null) usage = addUsage(usage, event.usage);
          break;
        case 'run-error':
          errorCode = event.error.code;
          break;
        case 'run-start':
        case 'text-start':
        case 'text-end':
        case 'reasoning-start':
        case 'reasoning-end':
      }
    },
    noteFailure({ code }) {
      errorCode = code;
    },
    end({ status, route, isComplete }) {
      const isCancelled = errorCode === 'request_cancelled';
      write(
        toAccessLine({
          startedAt,
          requestId: request.requestId,
          traceContext: request.traceContext,
          method: request.method,
          path: request.path,
          route,
          protocol: request.protocol,
          status,
          outcome: toOutcome({ status, isComplete, errorCode, isCancelled }),
          errorCode,
          durationMs: performance.now() - arrivedAt,
          timeToFirstDeltaMs: reached.get('first-delta') ?? null,
          queuedMs: between('placed', 'admitted'),
          tokenName,
          model: answer?.model ?? null,
          isStream: answer?.isStream ?? false,
          conversation,
          usage,
          costUsd: usage === null ? null : (answer?.toCost(usage) ?? null),
        }),
      );
    },
  };
};
