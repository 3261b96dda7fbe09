interface Line {
  readonly message?: { readonly content: string; readonly thinking?: string; readonly tool_calls?: readonly object[] };
  readonly response?: string;
  readonly thinking?: string;
  readonly error?: string;
}

/** Builds the JSON answer from the lines of a stream of Ollama's wire as a client would. */
export const foldOllamaLines = (text: string): object => {
  const lines: Line[] = text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  const failed = lines.find(({ error }) => error !== undefined);
  if (failed !== undefined) return failed;
  const last = lines.at(-1) ?? {};
  const thinking = lines.map((line) => line.message?.thinking ?? line.thinking ?? '').join('');
  const thought = thinking !== '' && { thinking };
  if (last.message === undefined) {
    return { ...last, response: lines.map(({ response = '' }) => response).join(''), ...thought };
  }
  const calls = lines.flatMap(({ message }) => message?.tool_calls ?? []);
  return {
    ...last,
    message: {
      ...last.message,
      content: lines.map(({ message }) => message?.content ?? '').join(''),
      ...thought,
      ...(calls.length > 0 && { tool_calls: calls }),
    },
  };
};
