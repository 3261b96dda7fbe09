import type { Client } from '../../core/client.ts';
import type { GatewayError } from '../../core/gateway-error.ts';
import type { ActivityLog, RequestMark, RequestProtocol } from '../../core/request-activity.ts';
import type { ChoiceEvent } from '../../core/run-event.ts';
import type { TraceContext } from '../../core/trace-context.ts';
import type { Usage } from '../../core/usage.ts';

/** How a request arrives. Secrets of its headers are left out by the recorder. */
export interface ArrivedRequest {
  readonly requestId: string;
  readonly method: string;
  /** Without its query. */
  readonly path: string;
  readonly protocol: RequestProtocol | null;
  /** The trace that its client has named; absent where there is none. */
  readonly traceContext?: TraceContext | undefined;
  /** Name and value, as they came. */
  readonly headers: readonly (readonly [name: string, value: string])[];
}

/** What is known of a request that is to be answered by a model. */
export interface AskedAnswer {
  readonly model: string;
  readonly isStream: boolean;
  /** In USD, by list prices; `null` where none is known. */
  readonly toCost: (usage: Usage) => number | null;
}

/** Takes note of one request. Nothing here throws or slows an answer down. */
export interface RequestTrace {
  /** As the request arrived with it. */
  readonly traceContext: TraceContext | undefined;
  /** Aborted, with a GatewayError as its reason, when the user ends the request: its client is told so. */
  readonly cancellation: AbortSignal;
  mark(mark: RequestMark): void;
  noteClient(client: Pick<Client, 'owner' | 'tokenName'>): void;
  /** The bytes of its body, decompressed. */
  noteBody(bytes: Buffer): void;
  noteAnswer(answer: AskedAnswer): void;
  notePlaced(conversation: string): void;
  /** Every event that goes to the client. */
  noteEvent(event: ChoiceEvent): void;
  noteFailure(error: GatewayError): void;
  /** Whether bodies are kept: only then is {@link noteResponseBody} worth its cost. */
  readonly isCapturing: boolean;
  noteResponseBody(body: string): void;
  /** The request is over. `status` is `null` where the client hung up before there was one. */
  end(response: {
    readonly status: number | null;
    /** The path as the API defines it, as in `/v1/responses/:id`; `null` where nothing is at the path. */
    readonly route: string | null;
    /** Whether all of it was sent. */
    readonly isComplete: boolean;
    readonly headers: readonly (readonly [name: string, value: string])[];
  }): void;
}

/** The log of requests, from the side of what takes note of them. */
export interface ActivityRecorder extends ActivityLog {
  begin(request: ArrivedRequest): RequestTrace;
}
