import type { StoredAnswer } from '../../core/answer-store.ts';
import type { Client } from '../../core/client.ts';
import type { ChoiceEvent } from '../../core/run-event.ts';
import type { RequestTrace } from '../../engine/activity/activity-recorder.ts';
import type { ConversationKind } from '../../engine/answer/answer-context.ts';
import type { ResponseEncoder } from '../../protocols/openai-responses/response-encoder.ts';
import type { ResponseObject } from '../../protocols/openai-responses/response-object.ts';
import type { RecentResponses } from './recent-responses.ts';

/** A response that is asked for, whatever it came over. */
export interface ResponseTurnRequest {
  readonly body: unknown;
  readonly client: Client;
  /** `X-Request-ID`, or one for each frame of a WebSocket. */
  readonly requestId: string;
  /** `null` where nobody takes notes. */
  readonly trace: RequestTrace | null;
  /** The named session; `null` where the client holds the context itself. */
  readonly sessionId: string | null;
  readonly affinity: string | null;
  /** What the WebSocket that it came over remembers by itself; `null` over HTTP. */
  readonly recent: RecentResponses | null;
  /** Told how the request was placed, before its first event. */
  readonly onPlaced: (kind: ConversationKind) => void;
}

/** A response that is about to be made: its request is understood, its context found, its model chosen. */
export interface ResponseTurn {
  /** The JSON that it was asked for by: a value of `stream` and `background`. */
  readonly isStream: boolean;
  readonly isBackground: boolean;
  /** As the request has it; `null` where it names none. */
  readonly namedModel: string | null;
  /** The id of the model that answers. */
  readonly usedModel: string;
  /** The fields that were sent and have no effect. */
  readonly ignored: readonly string[];
  /** The form in which the response is stored; `processId` is that of the process that makes it, `null` once it is over. */
  readonly toStored: (response: ResponseObject, processId: number | null) => StoredAnswer;
  /**
   * Keeps the response, where it is to be kept, before it gives out its last event: the client may go on from it at once. One
   * in the background is kept by whoever runs it.
   */
  readonly encoder: ResponseEncoder;
  /**
   * The events of the answer, for the encoder. Aborting `signal` cancels it: a stream that had begun is kept as cancelled.
   * `onAdmitted` is told when its turn to run has come. Iterated once.
   */
  readonly run: (signal: AbortSignal, onAdmitted?: () => void) => AsyncIterable<ChoiceEvent>;
}

/** Begins responses: the one door for HTTP and WebSocket. */
export interface ResponseTurns {
  /** @throws GatewayError of status 400 and others, where nothing has run yet */
  begin(request: ResponseTurnRequest): Promise<ResponseTurn>;
}
