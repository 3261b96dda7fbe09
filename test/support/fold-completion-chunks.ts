/** Builds the JSON answer from the `data` of a stream of completions as a client would, with `stream_options.include_usage`. */
export const foldCompletionChunks = (data: readonly string[]): object => {
  const chunks = data.filter((line) => line !== '[DONE]').map((line) => JSON.parse(line));
  const failed = chunks.find((chunk) => 'error' in chunk);
  if (failed !== undefined) return failed;
  const [first] = chunks;
  const usage = chunks.find((chunk) => chunk.usage)?.usage;
  const pieces: { index: number; text: string; finish_reason: string | null }[] = chunks.flatMap(
    (chunk) => chunk.choices,
  );
  const indexes = [...new Set(pieces.map(({ index }) => index))].toSorted((a, b) => a - b);
  return {
    id: first.id,
    object: first.object,
    created: first.created,
    model: first.model,
    choices: indexes.map((index) => {
      const own = pieces.filter((piece) => piece.index === index);
      return {
        text: own.map(({ text }) => text).join(''),
        index,
        logprobs: null,
        finish_reason: own.findLast((piece) => piece.finish_reason !== null)?.finish_reason,
      };
    }),
    ...(usage !== undefined && { usage }),
    cursor_metadata: chunks.find((chunk) => chunk.cursor_metadata)?.cursor_metadata,
  };
};
