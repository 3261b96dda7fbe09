import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { GatewayError } from '../core/gateway-error.ts';
import type { ServerTiming } from './server-timing.ts';

/** What {@link sendFrames} needs. */
export interface FramesOptions {
  readonly response: ServerResponse;
  /** Of the stream. Default: that of server-sent events. */
  readonly contentType?: string;
  /** The bytes of the stream, as text; none of them empty. */
  readonly frames: AsyncIterable<string>;
  /** What keeps the client waiting where there is nothing to send; empty where another one sees to it. */
  readonly heartbeat: () => string;
  /** The last frame of a stream that fails half-way. */
  readonly toErrorFrame: (error: GatewayError) => string;
  readonly timing: Pick<ServerTiming, 'quietMs' | 'heartbeatMs' | 'slowReaderMs'>;
  /** How long the client has been waiting already. */
  readonly waitedMs: number;
  /** Aborted when the client hangs up: nothing more is written then. */
  readonly signal: AbortSignal;
}

/**
 * Sends server-sent events, or another stream of text: the only place that writes a stream to a response.
 *
 * Headers wait for the first frame, so that a failure before it keeps its HTTP status; after `quietMs` without any they go
 * out all the same. A later failure becomes the protocol's own error frame, and the stream ends. What a tick brings is
 * written at once; a slow reader holds back the reading of `frames`, and one that takes nothing for `slowReaderMs` is cut off.
 *
 * @throws GatewayError where `frames` fails before the headers are out.
 */
export const sendFrames = async ({
  response,
  contentType = 'text/event-stream; charset=utf-8',
  frames,
  heartbeat,
  toErrorFrame,
  timing,
  waitedMs,
  signal,
}: FramesOptions): Promise<void> => {
  let pending = '';

  const open = (): void => {
    if (!response.headersSent) response.writeHead(200, { 'Content-Type': contentType, ...STREAM_HEADERS });
  };
  const flush = (): void => {
    const text = pending;
    pending = '';
    if (text === '' || signal.aborted) return;
    open();
    response.write(text);
  };
  const write = (text: string): void => {
    if (pending === '') process.nextTick(flush);
    pending += text;
    // A backlog comes in one tick; without this, a slow reader could not hold it back.
    if (pending.length > MAX_PENDING) flush();
  };
  const beat = (): void => {
    try {
      write(heartbeat());
      timer = setTimeout(beat, timing.heartbeatMs);
    } catch (error) {
      // Nobody would catch what a timer throws.
      defect = error;
      response.destroy();
    }
  };
  let timer = setTimeout(beat, Math.max(0, timing.quietMs - waitedMs));
  let hasOutput = false;
  let defect: unknown = null;
  /** Gives false where the reader has been cut off. */
  const drain = async (): Promise<boolean> => {
    const patience = AbortSignal.timeout(timing.slowReaderMs);
    try {
      await once(response, 'drain', { signal: AbortSignal.any([signal, patience]) });
      return true;
    } catch (error) {
      if (!patience.aborted || signal.aborted) throw error;
      response.destroy();
      return false;
    }
  };

  try {
    for await (const frame of frames) {
      write(frame);
      if (hasOutput) {
        timer.refresh();
      } else {
        hasOutput = true;
        clearTimeout(timer);
        timer = setTimeout(beat, timing.heartbeatMs);
      }
      if (response.writableNeedDrain && !(await drain())) return;
    }
  } catch (error) {
    if (signal.aborted && defect === null) return;
    if (!response.headersSent && pending === '') throw error;
    write(toErrorFrame(GatewayError.from(error)));
  } finally {
    clearTimeout(timer);
  }
  if (defect !== null) throw defect;
  flush();
  // A stream without any event is one too.
  if (!signal.aborted) open();
  response.end();
};

/** Characters that are gathered before they are written. */
const MAX_PENDING = 65_536;

const STREAM_HEADERS = {
  'Cache-Control': 'no-cache, no-transform',
  // Reverse proxies such as nginx hold an answer back otherwise.
  'X-Accel-Buffering': 'no',
};
