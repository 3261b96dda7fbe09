/** What the SDK's failure to write a transcript begins with. */
const PREFIX = '[TranscriptStore]';

/**
 * Keeps the SDK from telling, once per turn, that it cannot write a transcript: there is deliberately no place for one. Must
 * be called before the SDK is loaded.
 */
export const silenceTranscriptStore = (): void => {
  const { error } = console;
  Object.assign(console, {
    error: (...parts: unknown[]): void => {
      const [first] = parts;
      if (typeof first !== 'string' || !first.startsWith(PREFIX)) error(...parts);
    },
  });
};
