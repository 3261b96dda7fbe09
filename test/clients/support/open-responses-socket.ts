import type OpenAI from 'openai';
import type { Response, ResponsesClientEvent, ResponsesServerEvent } from 'openai/resources/responses/responses';
import { ResponsesWS } from 'openai/resources/responses/ws';

/** A frame that asks for a response, without its type. */
export type ResponseFrame = Omit<ResponsesClientEvent.ResponseCreate, 'type'>;

/** All that came for one frame. */
export interface SocketTurn {
  readonly events: readonly ResponsesServerEvent[];
  /** As its last event has it. @throws Error where it was refused */
  readonly response: Response;
  /** What came in its place; `null` where it was not refused. */
  readonly error: Extract<ResponsesServerEvent, { type: 'error' }> | null;
}

interface Lane {
  events: ResponsesServerEvent[];
  readonly waiting: ((turn: SocketTurn) => void)[];
}

/** Opens a WebSocket with OpenAI's own client. `onTurn` is given all frames of each turn that is over. */
export const openResponsesSocket = (
  openai: OpenAI,
  onTurn: (where: string, frames: readonly ResponsesServerEvent[]) => void,
) => {
  const socket = new ResponsesWS(openai);
  const events: ResponsesServerEvent[] = [];
  const lanes = new Map<string, Lane>();
  const toLane = (streamId: string | undefined): Lane => {
    const key = streamId ?? '';
    const lane = lanes.get(key) ?? { events: [], waiting: [] };
    lanes.set(key, lane);
    return lane;
  };
  socket.on('event', (event) => {
    events.push(event);
    const lane = toLane('stream_id' in event ? event.stream_id : undefined);
    lane.events.push(event);
    const response = isLast(event) ? event.response : null;
    const error = event.type === 'error' ? event : null;
    if (response === null && error === null) return;
    const turnEvents = lane.events;
    lane.events = [];
    onTurn(`WS ${lanes.size}`, turnEvents);
    lane.waiting.shift()?.({
      events: turnEvents,
      error,
      get response() {
        if (response === null) throw new Error(`There is no response: ${JSON.stringify(error)}`);
        return response;
      },
    });
  });
  // An error is an event too.
  socket.on('error', () => {});
  return {
    socket,
    /** All that came so far, of all lanes. */
    events,
    /** Asks for a response and waits until it is over. */
    create: (frame: ResponseFrame): Promise<SocketTurn> =>
      new Promise((resolve) => {
        toLane(frame.stream_id).waiting.push(resolve);
        socket.send({ type: 'response.create', ...frame });
      }),
    [Symbol.dispose]: () => socket.close(),
  };
};

const isLast = (
  event: ResponsesServerEvent,
): event is Extract<ResponsesServerEvent, { type: 'response.completed' | 'response.incomplete' | 'response.failed' }> =>
  event.type === 'response.completed' || event.type === 'response.incomplete' || event.type === 'response.failed';
