import type { GatewayError } from '../../core/gateway-error.ts';
import { toOpenAiError } from '../openai-error.ts';
import type { ResponseEvent } from './response-object.ts';

/** An event of a response as a text frame of a WebSocket; `streamId` is what the client named the stream, `null` for nothing. */
export const toSocketFrame = (event: ResponseEvent, streamId: string | null): string =>
  JSON.stringify(streamId === null ? event : { ...event, stream_id: streamId });

/** A failure before a response has begun, as a text frame of a WebSocket. It has no sequence number: it belongs to no response. */
export const toSocketErrorFrame = (error: GatewayError, streamId: string | null): string => {
  const { type, code, message, param } = toOpenAiError(error).error;
  return JSON.stringify({
    type: 'error',
    status: error.spec.status,
    ...(streamId !== null && { stream_id: streamId }),
    error: { type, code, message, param },
  });
};
