import { randomUUID } from 'node:crypto';
import type { Client } from '../../core/client.ts';
import { GatewayError } from '../../core/gateway-error.ts';
import type { Logger } from '../../core/logger.ts';
import type { ActivityRecorder, ArrivedRequest } from '../../engine/activity/activity-recorder.ts';
import { readTraceContext } from '../read-trace-context.ts';
import type { RecentResponses } from '../responses/recent-responses.ts';
import type { ResponseTurnRequest, ResponseTurns } from '../responses/response-turn.ts';
import type { ServerTiming } from '../server-timing.ts';
import type { FrameSender } from './frame-sender.ts';
import { logDefect } from '../log-defect.ts';
import { RESPONSES_PATH } from '../judge-upgrade.ts';
import type { CreateFrame } from './read-frame.ts';
import { createResponseChannel } from './response-channel.ts';
import { sendTurn } from './send-turn.ts';

/** What frames are answered with. */
export interface FrameAnswerOptions {
  readonly turns: ResponseTurns;
  /** `null` where nobody looks. */
  readonly activity: Pick<ActivityRecorder, 'begin'> | null;
  readonly timing: Pick<ServerTiming, 'quietMs' | 'heartbeatMs'>;
  readonly logger: Logger;
}

/** A frame that asks for a response, and what is known of the connection it came over. */
export interface FrameJob {
  readonly frame: CreateFrame;
  /** What the request for the WebSocket said beside who sent it. */
  readonly handshake: Pick<ResponseTurnRequest, 'sessionId' | 'affinity'> & Pick<ArrivedRequest, 'headers'>;
  /** Judges the client anew: what its token is worth may have changed. @throws GatewayError */
  readonly authenticate: () => Promise<Client>;
  readonly recent: RecentResponses;
  readonly sender: FrameSender;
  /** Aborted when the connection is over. */
  readonly hangUp: AbortSignal;
}

/** Answers frames that ask for a response, each as a request of its own. What it gives never rejects. */
export const createFrameAnswers =
  ({ turns, activity, timing, logger }: FrameAnswerOptions) =>
  async ({ frame, handshake, authenticate, recent, sender, hangUp }: FrameJob): Promise<void> => {
    const startedAt = performance.now();
    const requestId = randomUUID();
    const channel = createResponseChannel(sender, frame.streamId);
    const { headers, ...context } = handshake;
    // The handshake's trace, with a span of its own for each frame.
    const traceContext = readTraceContext(toTraceHeaders(headers));
    const trace =
      activity?.begin({
        requestId,
        method: 'WS',
        path: RESPONSES_PATH,
        protocol: 'openai-responses',
        traceContext,
        headers,
      }) ?? null;
    let failure: GatewayError | null = null;

    const answer = async (): Promise<GatewayError | null> => {
      const client = await authenticate();
      trace?.noteClient(client);
      trace?.noteBody(frame.bytes);
      const turn = await turns.begin({
        ...context,
        body: frame.body,
        client,
        requestId,
        trace,
        recent,
        // There is no header to tell it by.
        onPlaced: () => undefined,
      });
      hangUp.throwIfAborted();
      const waitedMs = performance.now() - startedAt;
      const defect = await sendTurn({ turn, channel, timing, waitedMs, signal: hangUp });
      if (trace?.isCapturing === true) trace.noteResponseBody(JSON.stringify(turn.encoder.response));
      return defect;
    };

    try {
      failure = await answer();
    } catch (thrown) {
      if (!hangUp.aborted) {
        failure = GatewayError.from(thrown);
        const told = channel.sendError(failure);
        trace?.noteResponseBody(told);
      }
    }
    if (failure !== null) {
      trace?.noteFailure(failure);
      logDefect(logger, failure, requestId);
    }
    const isComplete = !hangUp.aborted;
    const status = channel.isOpen ? 200 : (failure?.spec.status ?? null);
    trace?.end({ status, isComplete, route: RESPONSES_PATH, headers: [] });
    logger.info(`WS ${RESPONSES_PATH} ${isComplete ? String(status) : 'hung up'}`, {
      durationMs: Math.round(performance.now() - startedAt),
      requestId,
      traceId: traceContext?.traceId,
    });
  };

const toTraceHeaders = (headers: ArrivedRequest['headers']) => {
  const find = (wanted: string): string | undefined =>
    headers
      .filter(([name]) => name.toLowerCase() === wanted)
      .map(([, value]) => value)
      .join(',');
  return { traceparent: find('traceparent'), tracestate: find('tracestate') };
};
