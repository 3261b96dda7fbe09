/** A tool that the SDK offers to the backend, and how it answers. */
export interface JobTool {
  readonly name: string;
  readonly description?: string;
  readonly inputSchema?: Record<string, string | object>;
  readonly answer: { readonly text: string } | { readonly errorText: string } | { readonly throws: string };
  /** Answers only once the tool of this name has answered. */
  readonly answersAfter?: string;
}

/** One message of the user. */
export interface JobTurn {
  readonly prompt: string;
  /** Base64. */
  readonly images?: readonly string[];
  /** Cancels the run at its first update of this type. */
  readonly cancelOn?: string;
}

/** What a test wants done with the SDK. */
export type Job =
  | {
      readonly kind: 'agent';
      readonly apiKey?: string;
      readonly model?: { readonly id: string; readonly params?: { id: string; value: string }[] };
      readonly systemPrompt?: string;
      readonly tools?: readonly JobTool[];
      readonly turns: readonly JobTurn[];
    }
  | { readonly kind: 'account'; readonly apiKey: string }
  | { readonly kind: 'login' };

/** One update of a run, with the time since the message was sent. */
export interface SeenUpdate {
  readonly type: string;
  readonly text?: string;
  readonly atMs: number;
  readonly detail: unknown;
}

export interface SeenTurn {
  readonly updates: readonly SeenUpdate[];
  readonly status: string;
  readonly error: string | null;
  readonly usage: unknown;
}

/** What came of a job; a rejection of the SDK is its class name and message. */
export type Outcome =
  | { readonly kind: 'agent'; readonly agentId: string; readonly turns: readonly SeenTurn[] }
  | { readonly kind: 'account'; readonly models: readonly { readonly id: string }[]; readonly me: unknown }
  | { readonly kind: 'login'; readonly apiKey: string; readonly email: string | null }
  | { readonly kind: 'rejected'; readonly name: string; readonly message: string };
