import { createParser, type EventSourceMessage } from 'eventsource-parser';

/** What is looked at in an event of Anthropic's. */
interface MessageEvent {
  readonly type: string;
  readonly index?: number;
  readonly message?: { readonly type?: string; readonly content?: readonly unknown[]; readonly usage?: object };
  readonly content_block?: { readonly type?: string };
  readonly delta?: { readonly type?: string; readonly stop_reason?: string | null };
  readonly usage?: object;
}

/** Which deltas a block takes. */
const DELTAS: Readonly<Record<string, readonly string[]>> = {
  text: ['text_delta'],
  thinking: ['thinking_delta', 'signature_delta'],
  tool_use: ['input_json_delta'],
};

/** What is wrong with a whole answer to a request of Messages by the order that Anthropic documents; empty where nothing is. */
export const findMessageProblems = (contentType: string, status: number, text: string): readonly string[] => {
  if (!contentType.startsWith('text/event-stream')) {
    const body = JSON.parse(text) as { readonly type?: string; readonly error?: { readonly message?: string } };
    if (status < 400) return [];
    return body.type === 'error' && typeof body.error?.message === 'string' ? [] : [`${status}: ${text}`];
  }
  const problems: string[] = [];
  const sent: EventSourceMessage[] = [];
  createParser({ onEvent: (event) => void sent.push(event) }).feed(text);
  let open: { readonly index: number; readonly type: string } | null = null;
  let blockCount = 0;
  const order: string[] = [];
  for (const { event: name, data } of sent) {
    const event = JSON.parse(data) as MessageEvent;
    const expect = (isRight: boolean, what: string): void => {
      if (!isRight) problems.push(`${what}: ${data}`);
    };
    expect(name === event.type, 'Another name');
    switch (event.type) {
      case 'ping':
        break;
      case 'content_block_start':
        expect(open === null && event.index === blockCount, 'A block out of its order');
        open = { index: blockCount, type: event.content_block?.type ?? '' };
        blockCount += 1;
        break;
      case 'content_block_delta':
        expect(event.index === open?.index, 'A delta of no open block');
        expect(DELTAS[open?.type ?? '']?.includes(event.delta?.type ?? '') === true, 'A delta of another kind');
        break;
      case 'content_block_stop':
        expect(event.index === open?.index, 'An end of no open block');
        open = null;
        break;
      default:
        expect(open === null, 'Within a block');
        order.push(event.type);
    }
    if (event.type === 'message_start') expect(event.message?.usage !== undefined, 'No usage at the start');
    if (event.type === 'message_delta') expect(Boolean(event.delta?.stop_reason && event.usage), 'No end');
  }
  if (order.join(' ') !== 'message_start message_delta message_stop') problems.push(`The order: ${order.join(' ')}`);
  return problems;
};
