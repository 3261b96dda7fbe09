interface Block {
  readonly type: string;
  text?: string;
  thinking?: string;
  signature?: string;
  input?: unknown;
}

/** Builds the JSON answer from the `data` of a stream of the Messages API as a client would. */
export const foldMessageEvents = (data: readonly string[]): object => {
  const events = data.map((line) => JSON.parse(line));
  const failed = events.find(({ type }) => type === 'error');
  if (failed !== undefined) return failed;
  const [start] = events;
  const message = structuredClone(start.message);
  const inputs = new Map<number, string>();
  for (const event of events) {
    const block: Block | undefined = message.content[event.index];
    switch (event.type) {
      case 'content_block_start':
        message.content[event.index] = event.content_block;
        break;
      case 'content_block_delta':
        if (block === undefined) throw new Error(`Block ${event.index} has no beginning.`);
        addDelta(block, event.delta);
        if (event.delta.type === 'input_json_delta')
          inputs.set(event.index, (inputs.get(event.index) ?? '') + event.delta.partial_json);
        break;
      case 'content_block_stop':
        if (block?.type === 'tool_use') block.input = JSON.parse(inputs.get(event.index) ?? '{}');
        break;
      case 'message_delta':
        Object.assign(message, event.delta);
        Object.assign(message.usage, event.usage);
    }
  }
  return message;
};

const addDelta = (block: Block, delta: Record<string, string>): void => {
  if (delta['type'] === 'text_delta') block.text = `${block.text}${delta['text']}`;
  if (delta['type'] === 'thinking_delta') block.thinking = `${block.thinking}${delta['thinking']}`;
  if (delta['type'] === 'signature_delta') block.signature = `${block.signature}${delta['signature']}`;
};
