import { GatewayError } from '../../core/gateway-error.ts';
import type { SocketLimits } from './socket-limits.ts';

/** A request that waits for its turn. */
export interface LaneJob {
  /** The lane it goes in; `null` for the one without a name. */
  readonly streamId: string | null;
  readonly size: number;
}

/** The requests of one connection: in each lane one after another, different lanes at the same time. */
export interface Lanes<Job extends LaneJob> {
  /** Nothing is under way or waiting. */
  readonly isIdle: boolean;
  /** Starts a job, at once where it may be. @throws GatewayError `websocket_stream_limit_reached`, `too_many_websockets` */
  add(job: Job): void;
  /** Forgets what waits. */
  clear(): void;
}

export interface LanesOptions<Job extends LaneJob> {
  readonly limits: Pick<SocketLimits, 'maxInFlight' | 'maxStreams' | 'maxWaiting' | 'maxWaitingBytes'>;
  /** Never rejects. */
  readonly run: (job: Job) => Promise<void>;
  readonly onIdle: () => void;
}

export const createLanes = <Job extends LaneJob>({ limits, run, onIdle }: LanesOptions<Job>): Lanes<Job> => {
  const names = new Set<string>();
  const busy = new Set<string | null>();
  /** In their order of arrival, whatever their lane. */
  let waiting: Job[] = [];
  let waitingSize = 0;

  const isIdle = (): boolean => busy.size === 0 && waiting.length === 0;
  const mayStart = ({ streamId }: Job): boolean => busy.size < limits.maxInFlight && !busy.has(streamId);
  const start = async (job: Job): Promise<void> => {
    busy.add(job.streamId);
    await run(job);
    busy.delete(job.streamId);
    // Where there was room for another before, it is not this lane that it waits for.
    const next = waiting.find(mayStart);
    if (next !== undefined) {
      waiting = waiting.filter((each) => each !== next);
      waitingSize -= next.size;
      void start(next);
    } else if (isIdle()) {
      onIdle();
    }
  };

  return {
    get isIdle() {
      return isIdle();
    },
    add(job) {
      const { streamId, size } = job;
      if (streamId !== null && !names.has(streamId) && names.size >= limits.maxStreams)
        throw new GatewayError(
          'websocket_stream_limit_reached',
          `This WebSocket has used ${limits.maxStreams} different values of stream_id already. Reuse one of them, or open another connection.`,
          { param: 'stream_id' },
        );
      const isWaiting = !mayStart(job);
      const isFull = waiting.length >= limits.maxWaiting || waitingSize + size > limits.maxWaitingBytes;
      if (isWaiting && waiting.length > 0 && isFull)
        throw new GatewayError(
          'too_many_websockets',
          'Too many requests wait on this WebSocket already. Wait for answers before you send more.',
        );
      if (streamId !== null) names.add(streamId);
      if (!isWaiting) {
        void start(job);
        return;
      }
      waiting.push(job);
      waitingSize += size;
    },
    clear() {
      waiting = [];
      waitingSize = 0;
    },
  };
};
