import type { Message } from '../core/run-request.ts';
import type { SessionStore, StoredSession } from '../core/session-store.ts';
import { addUsage } from '../core/usage.ts';

/** Keeps sessions for as long as the process lives. */
export const createMemorySessionStore = (): SessionStore => {
  const sessions = new Map<string, { readonly session: StoredSession; readonly messages: readonly Message[] }>();
  const select = (matches: (session: StoredSession) => boolean): StoredSession[] =>
    [...sessions.values()].map(({ session }) => session).filter(matches);
  return {
    find: (id) => sessions.get(id)?.session ?? null,
    list: (owner) => select((session) => session.owner === owner).toSorted(byLastUse),
    listAll: () => select(() => true).toSorted(byLastUse),
    listIdle: (lastUsedBefore) => select(({ lastUsedAt }) => lastUsedAt < lastUsedBefore),
    add(session) {
      if (sessions.has(session.id)) return false;
      sessions.set(session.id, { session, messages: [] });
      return true;
    },
    readMessages: (id) => sessions.get(id)?.messages ?? [],
    touch(id, lastUsedAt) {
      const entry = sessions.get(id);
      if (entry !== undefined) sessions.set(id, { ...entry, session: { ...entry.session, lastUsedAt } });
    },
    append(id, { messages, usage, ...changes }) {
      const entry = sessions.get(id);
      if (entry === undefined) return false;
      sessions.set(id, {
        session: {
          ...entry.session,
          ...changes,
          turns: entry.session.turns + 1,
          usage: addUsage(entry.session.usage, usage),
        },
        messages: [...entry.messages, ...messages],
      });
      return true;
    },
    remove: (id) => sessions.delete(id),
    close() {
      sessions.clear();
    },
  };
};

const byLastUse = (a: StoredSession, b: StoredSession): number => b.lastUsedAt - a.lastUsedAt || (a.id < b.id ? -1 : 1);
