/** The tools that seem to ask, by their `User-Agent`. */
const CLIENTS = {
  openCode: 'opencode/1.1.12',
  continue: 'Continue/1.3.9',
  python: 'OpenAI/Python 2.8.1',
  curl: 'curl/8.14.1',
} as const;

export type Client = keyof typeof CLIENTS;

export interface Question {
  readonly client: Client;
  readonly prompt: string;
  readonly model?: string;
  readonly isStream?: boolean;
  /** The named session that it belongs to. */
  readonly session?: string;
}

/** A server to ask, and who asks. */
export interface Asking {
  readonly baseUrl: string;
  readonly token: string;
  readonly signal?: AbortSignal;
}

/** Asks as a tool would, and reads the answer to its end. Never rejects: a failed request is a row of the list too. */
export const ask = async (
  { client, prompt, model = 'composer-2.5', isStream = true, session }: Question,
  { baseUrl, token, signal }: Asking,
): Promise<void> => {
  try {
    const response = await fetch(`${baseUrl}/chat/completions`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        'user-agent': CLIENTS[client],
        ...(session !== undefined && { 'x-cursor-session-id': session }),
      },
      body: JSON.stringify({ model, stream: isStream, messages: [{ role: 'user', content: prompt }] }),
      ...(signal !== undefined && { signal }),
    });
    await response.text();
  } catch {
    // Ended by the signal.
  }
};

/** What was asked before the pictures are taken. */
export const HISTORY: readonly Question[] = [
  { client: 'openCode', prompt: 'Write a test for the end of the table.', session: 'harbour-tests' },
  { client: 'curl', prompt: 'When is high water today?', isStream: false },
  { client: 'continue', prompt: 'Write a commit message.' },
  { client: 'python', prompt: 'When is high water tomorrow?', session: 'nightly-report' },
  { client: 'openCode', prompt: 'One more test, for an empty table.', session: 'harbour-tests' },
  { client: 'curl', prompt: 'When is low water?', model: 'composer-9', isStream: false },
  { client: 'continue', prompt: 'Write a shorter commit message.' },
  { client: 'openCode', prompt: 'And a test for two equal tides.', session: 'harbour-tests' },
];
