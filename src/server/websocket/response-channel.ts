import type { GatewayError } from '../../core/gateway-error.ts';
import type { ResponseEvent } from '../../protocols/openai-responses/response-object.ts';
import { toSocketErrorFrame, toSocketFrame } from '../../protocols/openai-responses/socket-frame.ts';
import type { FrameSender } from './frame-sender.ts';

/** The events of one response on their way to the client, under the name that the client gave its stream. */
export interface ResponseChannel extends Pick<FrameSender, 'isBackedUp' | 'room'> {
  /** Whether an event was sent: a failure has no frame of its own then. */
  readonly isOpen: boolean;
  send(events: readonly ResponseEvent[]): void;
  /** Gives what was sent. */
  sendError(error: GatewayError): string;
}

export const createResponseChannel = (sender: FrameSender, streamId: string | null): ResponseChannel => {
  let isOpen = false;
  return {
    get isOpen() {
      return isOpen;
    },
    get isBackedUp() {
      return sender.isBackedUp;
    },
    room: (signal) => sender.room(signal),
    send(events) {
      for (const event of events) {
        isOpen = true;
        sender.send(toSocketFrame(event, streamId));
      }
    },
    sendError(error) {
      const frame = toSocketErrorFrame(error, streamId);
      sender.send(frame);
      return frame;
    },
  };
};
