interface Chunk {
  readonly index: number;
  readonly delta: Readonly<Record<string, unknown>>;
  readonly finish_reason: string | null;
}

/** Builds the JSON answer from the `data` of a stream as a client would, with `stream_options.include_usage`. */
export const foldChatChunks = (data: readonly string[]): object => {
  const chunks = data.filter((line) => line !== '[DONE]').map((line) => JSON.parse(line));
  const failed = chunks.find((chunk) => 'error' in chunk);
  if (failed !== undefined) return failed;
  const [first] = chunks;
  const usage = chunks.find((chunk) => chunk.usage)?.usage;
  const deltas: Chunk[] = chunks.flatMap((chunk) => chunk.choices);
  const indexes = [...new Set(deltas.map(({ index }) => index))].toSorted((a, b) => a - b);
  return {
    id: first.id,
    object: 'chat.completion',
    created: first.created,
    model: first.model,
    choices: indexes.map((index) =>
      foldChoice(
        index,
        deltas.filter((delta) => delta.index === index),
      ),
    ),
    ...(usage !== undefined && { usage }),
    cursor_metadata: chunks.find((chunk) => chunk.cursor_metadata)?.cursor_metadata,
  };
};

const foldChoice = (index: number, chunks: readonly Chunk[]) => {
  const join = (field: string): string =>
    chunks.map(({ delta: { [field]: text } }) => (typeof text === 'string' ? text : '')).join('');
  const content = join('content');
  const reasoning = join('reasoning_content');
  const calls = foldCalls(chunks);
  const legacyCall = chunks.find(({ delta }) => delta['function_call'])?.delta['function_call'];
  return {
    index,
    message: {
      role: join('role'),
      content: content === '' && (calls.length > 0 || legacyCall !== undefined) ? null : content,
      refusal: null,
      ...(reasoning !== '' && { reasoning_content: reasoning }),
      ...(calls.length > 0 && { tool_calls: calls }),
      ...(legacyCall !== undefined && { function_call: legacyCall }),
    },
    logprobs: null,
    finish_reason: chunks.find((chunk) => chunk.finish_reason !== null)?.finish_reason ?? null,
  };
};

/** The first piece of a call has its id, type and name; every piece adds to the arguments. */
const foldCalls = (chunks: readonly Chunk[]): object[] => {
  const calls: { id: string; type: string; function: { name: string; arguments: string } }[] = [];
  for (const { delta } of chunks) {
    for (const piece of (delta['tool_calls'] ?? []) as ((typeof calls)[number] & { index: number })[]) {
      const { index, ...call } = piece;
      const known = calls[index];
      if (known === undefined) calls[index] = structuredClone(call);
      else known.function.arguments += call.function.arguments;
    }
  }
  return calls;
};
