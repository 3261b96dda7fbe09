/** Builds the JSON answer from the `data` of a stream as a client would, with `stream_options.include_usage`. */
export const foldChatChunks = (data: readonly string[]): object => {
  const chunks = data.filter((line) => line !== '[DONE]').map((line) => JSON.parse(line));
  const failed = chunks.find((chunk) => 'error' in chunk);
  if (failed !== undefined) return failed;
  const [first] = chunks;
  const usage = chunks.find((chunk) => chunk.usage)?.usage;
  const metadata = chunks.find((chunk) => chunk.cursor_metadata)?.cursor_metadata;
  const choices = chunks.flatMap((chunk) => chunk.choices);
  const join = (field: string): string => choices.map((choice) => choice.delta[field] ?? '').join('');
  const reasoning = join('reasoning_content');
  return {
    id: first.id,
    object: 'chat.completion',
    created: first.created,
    model: first.model,
    choices: [
      {
        index: 0,
        message: {
          role: join('role'),
          content: join('content'),
          refusal: null,
          ...(reasoning !== '' && { reasoning_content: reasoning }),
        },
        logprobs: null,
        finish_reason: choices.find((choice) => choice.finish_reason !== null)?.finish_reason ?? null,
      },
    ],
    ...(usage !== undefined && { usage }),
    cursor_metadata: metadata,
  };
};
