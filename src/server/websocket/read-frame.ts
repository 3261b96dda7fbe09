import type { RawData } from 'ws';
import { GatewayError } from '../../core/gateway-error.ts';
import type { JsonObject } from '../../core/json-object.ts';

/** What a client says in one frame. */
export type ClientFrame =
  | CreateFrame
  | { readonly type: 'steer'; readonly frame: JsonObject }
  /** `streamId` is `null` too where the one that was sent cannot be one. */
  | { readonly type: 'invalid'; readonly streamId: string | null; readonly error: GatewayError };

/** Asks for a response. */
export interface CreateFrame {
  readonly type: 'create';
  readonly streamId: string | null;
  /** What the body of a streamed request over HTTP would be. */
  readonly body: JsonObject;
  /** The frame as it came. */
  readonly bytes: Buffer;
  readonly size: number;
}

const STREAM_ID = /^[\w.-]{1,256}$/;

/** Characters of what a client sent that an error repeats at most. */
const MAX_QUOTE = 100;

/** Reads one frame of the WebSocket mode of OpenAI's Responses API. */
export const readFrame = (data: RawData, isBinary: boolean): ClientFrame => {
  if (isBinary) return refuse('invalid_request', 'A binary frame came. Send JSON in text frames.');
  const bytes = toBuffer(data);
  let frame: unknown;
  try {
    frame = JSON.parse(bytes.toString());
  } catch (error) {
    return refuse(
      'invalid_json',
      `The frame is not valid JSON: ${error instanceof Error ? error.message : 'it cannot be parsed'}.`,
    );
  }
  if (!isObject(frame)) return refuse('invalid_request', 'A frame must be a JSON object with a type.');
  const { type, stream_id: streamId = null, ...body } = frame;
  const isNamed = typeof streamId === 'string' && STREAM_ID.test(streamId);
  switch (type) {
    case 'response.create': {
      if (streamId !== null && !isNamed)
        return refuse('invalid_stream_id', 'stream_id must be 1 to 256 letters, digits, "_", "-" and ".".', {
          param: 'stream_id',
        });
      // On a WebSocket every answer is streamed, and none goes on without it.
      const { background: _background, ...rest } = body;
      return {
        type: 'create',
        streamId: isNamed ? streamId : null,
        body: { ...rest, stream: true },
        bytes,
        size: bytes.length,
      };
    }
    case 'response.steer':
      return { type: 'steer', frame };
    default: {
      const problem =
        typeof type === 'string'
          ? `The type "${type.slice(0, MAX_QUOTE)}" of the frame is not supported.`
          : 'The frame has no type.';
      return refuse('unsupported_value', `${problem} Send "response.create".`, {
        param: 'type',
        streamId: isNamed ? streamId : null,
      });
    }
  }
};

const refuse = (
  code: 'invalid_request' | 'invalid_json' | 'invalid_stream_id' | 'unsupported_value',
  message: string,
  { param = null, streamId = null }: { readonly param?: string | null; readonly streamId?: string | null } = {},
): ClientFrame => ({ type: 'invalid', streamId, error: new GatewayError(code, message, { param }) });

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const toBuffer = (data: RawData): Buffer => {
  if (Buffer.isBuffer(data)) return data;
  return Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data);
};
