import { randomUUID } from 'node:crypto';
import { GatewayError } from '../../core/gateway-error.ts';
import type { Logger } from '../../core/logger.ts';
import type { ModelSelection } from '../../core/model.ts';
import type { AssistantMessage, Message } from '../../core/run-request.ts';
import type { SessionInfo, SessionStore, StoredSession } from '../../core/session-store.ts';
import type { Usage } from '../../core/usage.ts';
import { findNewMessages } from './find-new-messages.ts';
import { checkSessionId } from './session-id.ts';

/** What a request brings to its session. */
export interface SessionRequest {
  /** Applies from this turn on. */
  readonly model: Pick<ModelSelection, 'id'>;
  /** `null` leaves the session's own. */
  readonly systemPrompt: string | null;
  /** The new messages, or the whole conversation with them at its end. */
  readonly messages: readonly Message[];
}

/** One request of a session, from its start to its answer. The session takes no other meanwhile. */
export interface SessionTurn {
  readonly sessionId: string;
  /** What applies to this turn: the request's, else the session's. */
  readonly systemPrompt: string | null;
  /** The whole conversation: what the session knows, then what is new. */
  readonly messages: readonly Message[];
  /** Whether the session was deleted while the turn was under way. */
  readonly isDeleted: boolean;
  /**
   * Keeps the new messages and the answer as the client saw it, also where it was cut or broken off; `null` where there was
   * no output at all: nothing is kept then, nor the session if this turn made it. `usage` is what the answer told of itself.
   * The first call counts. Never throws.
   */
  finish(answer: AssistantMessage | null, usage?: Usage | null): void;
  /** The same as `finish(null)`; nothing after a `finish`. */
  release(): void;
}

/**
 * The conversations that clients gave a name by `X-Cursor-Session-ID`. They belong to the access token that made them: to
 * any other they do not exist. Those that idle too long are removed.
 */
export interface NamedSessions {
  /** The last used first. */
  list(owner: string): readonly SessionInfo[];
  /** `null` where there is none, or where it is another owner's. */
  get(owner: string, id: string): SessionInfo | null;
  /** @throws GatewayError `conflict` where there is one, `not_found` where the id is another owner's, `invalid_request` */
  create(owner: string, model: string, id?: string): SessionInfo;
  /** Removes a session with all that was said in it, also while a turn is under way; false where there is none. */
  delete(owner: string, id: string): boolean;
  /** The sessions of all owners, the last used first: for the user, never for clients. None where they cannot be read. */
  listAll(): readonly StoredSession[];
  /** The same as `delete`, whosever it is. */
  remove(id: string): boolean;
  /**
   * Begins a turn, and makes the session where there is none. A request whose messages begin with all that the session knows
   * brings only the rest; of any other, every message is new.
   *
   * @throws GatewayError `conflict` while another turn is under way, `not_found` where the id is another owner's,
   *   `invalid_request` for an id that cannot be one, and where no message is new
   */
  begin(owner: string, id: string, request: SessionRequest): SessionTurn;
  /** Ends the removal of idle sessions. The store stays open. */
  close(): void;
}

export interface NamedSessionsOptions {
  readonly store: SessionStore;
  readonly idleMs: number;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
  /** Called after a session was removed: what else is kept of it must go too. */
  readonly onDelete: (sessionId: string) => void;
  readonly logger: Logger;
}

/** How often idle sessions are looked for where nobody asks. */
const SWEEP_MS = 60_000;

export const createNamedSessions = ({
  store,
  idleMs,
  now = Date.now,
  onDelete,
  logger,
}: NamedSessionsOptions): NamedSessions => {
  const busy = new Map<string, SessionTurn>();

  const remove = (id: string): boolean => {
    busy.delete(id);
    const isRemoved = store.remove(id);
    if (isRemoved) onDelete(id);
    return isRemoved;
  };
  const sweep = (): void => {
    try {
      for (const { id } of store.listIdle(now() - idleMs)) {
        if (!busy.has(id)) remove(id);
      }
    } catch (error) {
      logger.warn(`Idle sessions cannot be removed: ${toReason(error)}`);
    }
  };
  const timer = setInterval(sweep, Math.min(idleMs, SWEEP_MS)).unref();

  /** @throws GatewayError `not_found` for another owner's */
  const find = (owner: string, id: string): StoredSession | null => {
    sweep();
    const session = store.find(id);
    if (session !== null && session.owner !== owner) {
      throw new GatewayError('not_found', `This access token has no session "${id}". Choose another id.`);
    }
    return session;
  };
  const add = (owner: string, id: string, model: string): StoredSession => {
    const at = now();
    const session = { id, owner, model, systemPrompt: null, createdAt: at, lastUsedAt: at, turns: 0, usage: null };
    if (!store.add(session)) throw new GatewayError('conflict', `There is a session "${id}" already. Use it.`);
    return session;
  };

  let isUnreadable = false;

  return {
    listAll() {
      sweep();
      try {
        const all = store.listAll();
        isUnreadable = false;
        return all;
      } catch (error) {
        // Asked often: once says it.
        if (!isUnreadable) logger.warn(`The named sessions cannot be read: ${toReason(error)}`);
        isUnreadable = true;
        return [];
      }
    },
    remove,
    list(owner) {
      sweep();
      return store.list(owner).map(toInfo);
    },
    get(owner, id) {
      sweep();
      const session = store.find(id);
      return session?.owner === owner ? toInfo(session) : null;
    },
    create(owner, model, id = randomUUID()) {
      checkSessionId(id, 'id');
      find(owner, id);
      return toInfo(add(owner, id, model));
    },
    delete(owner, id) {
      sweep();
      return store.find(id)?.owner === owner && remove(id);
    },
    begin(owner, id, request) {
      checkSessionId(id, 'X-Cursor-Session-ID');
      const known = find(owner, id);
      if (busy.has(id)) {
        throw new GatewayError(
          'conflict',
          `The session "${id}" is busy with another request. Wait for its answer, or use another session.`,
        );
      }
      const knownMessages = known === null ? [] : store.readMessages(id);
      const newMessages = findNewMessages(knownMessages, request.messages);
      const systemPrompt = request.systemPrompt ?? known?.systemPrompt ?? null;
      if (known === null) add(owner, id, request.model.id);
      else store.touch(id, now());

      let isOver = false;
      const finish = (answer: AssistantMessage | null, usage: Usage | null = null): void => {
        // A session that was deleted meanwhile stays so, even where there is a new one of its name.
        if (busy.get(id) !== turn) return;
        isOver = true;
        busy.delete(id);
        try {
          if (answer !== null) {
            const messages = [...newMessages, answer];
            store.append(id, { messages, model: request.model.id, systemPrompt, lastUsedAt: now(), usage });
          } else if (known === null) {
            remove(id);
          }
        } catch (error) {
          logger.error(`A turn of a session cannot be stored and is missing in it from now on: ${toReason(error)}`);
        }
      };
      const turn: SessionTurn = {
        sessionId: id,
        systemPrompt,
        messages: [...knownMessages, ...newMessages],
        get isDeleted() {
          return !isOver && busy.get(id) !== turn;
        },
        finish,
        release: () => finish(null),
      };
      busy.set(id, turn);
      return turn;
    },
    close() {
      clearInterval(timer);
    },
  };
};

const toInfo = ({ id, model, createdAt, lastUsedAt }: StoredSession): SessionInfo => ({
  id,
  model,
  createdAt,
  lastUsedAt,
});

const toReason = (error: unknown): string => (error instanceof Error ? error.message : String(error));
