import { GatewayError } from '../core/gateway-error.ts';
import type { ChoiceEvent } from '../core/run-event.ts';
import type { StreamEncoder } from '../protocols/stream-encoder.ts';
import { type FramesOptions, sendFrames } from './send-frames.ts';

/** What {@link sendStream} needs. */
export interface StreamOptions extends Pick<
  FramesOptions,
  'response' | 'contentType' | 'timing' | 'waitedMs' | 'signal'
> {
  readonly events: AsyncIterable<ChoiceEvent>;
  readonly encoder: StreamEncoder;
}

/**
 * Sends an answer as a stream, as {@link sendFrames} does.
 *
 * @throws GatewayError where the run fails before the headers are out.
 */
export const sendStream = async ({ events, encoder, ...options }: StreamOptions): Promise<void> => {
  let isOpen = false;
  const toFrames = async function* (): AsyncGenerator<string> {
    for await (const event of events) {
      if (event.type === 'run-error' && !isOpen) throw GatewayError.fromFailure(event.error);
      const frame = encoder.push(event);
      if (frame === '') continue;
      isOpen = true;
      yield frame;
    }
  };
  await sendFrames({
    ...options,
    frames: toFrames(),
    heartbeat() {
      isOpen = true;
      return encoder.heartbeat();
    },
    toErrorFrame: (error) => encoder.push({ type: 'run-error', error: error.toFailure() }),
  });
};
