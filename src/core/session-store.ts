import type { Message } from './run-request.ts';
import type { Usage } from './usage.ts';

/** A named session without its messages. */
export interface StoredSession {
  /** As the client chose it; no two sessions share one, whoever owns them. */
  readonly id: string;
  /** The fingerprint of the access token that made it. */
  readonly owner: string;
  /** Canonical id of the model that its last turn ran on. */
  readonly model: string;
  readonly systemPrompt: string | null;
  /** Milliseconds since 1970, as `lastUsedAt`. */
  readonly createdAt: number;
  readonly lastUsedAt: number;
  /** Requests that were answered in it. */
  readonly turns: number;
  /** The sum of its turns; `null` where none was reported. */
  readonly usage: Usage | null;
}

/** What a client is told of a session. */
export type SessionInfo = Pick<StoredSession, 'id' | 'model' | 'createdAt' | 'lastUsedAt'>;

/** What a turn adds to a session and changes in it. */
export interface StoredTurn {
  /** They go behind those that are there; each is written once, however long the session is. */
  readonly messages: readonly Message[];
  readonly model: string;
  readonly systemPrompt: string | null;
  readonly lastUsedAt: number;
  /** Of this turn alone; `null` where none was reported. */
  readonly usage: Usage | null;
}

/** Keeps named sessions: the only place that knows what was said in them. Methods throw where the storage fails. */
export interface SessionStore {
  /** The session of this id, whoever owns it; `null` where there is none. */
  find(id: string): StoredSession | null;
  /** All of an owner's, the last used first. */
  list(owner: string): readonly StoredSession[];
  /** Those of all owners, the last used first. */
  listAll(): readonly StoredSession[];
  /** Those that nobody has used since then, in milliseconds since 1970. */
  listIdle(lastUsedBefore: number): readonly StoredSession[];
  /** Adds a session without messages; false where the id is taken. */
  add(session: StoredSession): boolean;
  /** What was said in a session, oldest first. */
  readMessages(id: string): readonly Message[];
  /** Notes that a session is in use. */
  touch(id: string, lastUsedAt: number): void;
  /** Adds one turn and its usage; false where the session is gone. */
  append(id: string, turn: StoredTurn): boolean;
  /** Removes a session with its messages beyond recovery; false where there is none. */
  remove(id: string): boolean;
  close(): void;
}
