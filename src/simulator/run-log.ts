/** One run, in the form of `GET /_simulator/runs` and of what a director is sent. */
export interface RunRecord {
  readonly runId: string;
  readonly agentId: string;
  /** SHA-256 of the API key, in hexadecimal. */
  readonly apiKeyHash: string;
  readonly model: { readonly id: string; readonly params: readonly { readonly id: string; readonly value: string }[] };
  /** The custom system prompt; `null` where none was sent. */
  readonly systemPrompt: string | null;
  /** The text of the user message, as received. */
  readonly prompt: string;
  /** What the blobs of the conversation held, oldest first. */
  history: readonly HistoryEntry[];
  images: readonly { readonly mimeType: string | null; readonly sizeBytes: number }[];
  readonly tools: readonly RunTool[];
  /** The tool kinds that the client allows; `null` where it sent no such list. */
  readonly allowedTools: readonly string[] | null;
  /** The headers `traceparent` and `tracestate`; `null` where none was sent. */
  readonly traceparent: string | null;
  readonly tracestate: string | null;
  /** In the order in which the results arrived. */
  readonly toolResults: ToolResultRecord[];
  status: 'running' | 'finished' | 'cancelled' | 'failed';
  /** ISO 8601, like {@link endedAt}. */
  readonly startedAt: string;
  endedAt: string | null;
}

export interface HistoryEntry {
  readonly role: 'user' | 'assistant' | 'tool';
  readonly text: string;
}

export interface RunTool {
  readonly name: string;
  readonly description: string;
  readonly inputSchema: unknown;
}

export interface ToolResultRecord {
  readonly callId: string;
  readonly tool: string;
  readonly text: string;
  readonly isError: boolean;
}

/** Token counts of one run, as its `turn_ended` reports them. */
export interface TokenCounts {
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
  readonly reasoning: number;
}

/** The runs since the last reset, with the usage of those that finished. */
export interface RunLog {
  add(record: RunRecord): void;
  /** Closes a run's record; the first end counts. */
  end(record: RunRecord, status: 'finished' | 'cancelled' | 'failed', usage?: TokenCounts): void;
  list(): readonly RunRecord[];
  /** Usage of an agent's finished runs, or of one of them. */
  usageOf(agentId: string, runId: string | null): readonly TokenCounts[];
  clear(): void;
}

/** So many runs are kept: a simulator that serves for weeks must not fill the memory. */
const MAXIMUM_RUNS = 10_000;

export function createRunLog(): RunLog {
  let entries: { readonly record: RunRecord; usage: TokenCounts | null }[] = [];
  return {
    add(record) {
      entries.push({ record, usage: null });
      if (entries.length > MAXIMUM_RUNS) entries.shift();
    },
    end(record, status, usage) {
      if (record.status !== 'running') return;
      record.status = status;
      record.endedAt = new Date().toISOString();
      const entry = entries.findLast((each) => each.record === record);
      if (entry !== undefined && usage !== undefined) entry.usage = usage;
    },
    list: () => entries.map(({ record }) => record),
    usageOf: (agentId, runId) =>
      entries
        .filter(({ record }) => record.agentId === agentId && (runId === null || record.runId === runId))
        .flatMap(({ usage }) => usage ?? []),
    clear() {
      entries = [];
    },
  };
}
