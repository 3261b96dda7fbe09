import type { ConversationInfo, ConversationRegistry } from '../../core/conversation-info.ts';
import type { StoredSession } from '../../core/session-store.ts';
import type { NamedSessions } from '../sessions/named-sessions.ts';
import type { HeldRun, HeldRuns } from './held-runs.ts';
import type { KeptAgent, KeptAgents } from './kept-agents.ts';

/** Shows all that clients may go on with. What is being answered at this moment is no one's to go on with, unless it has a name. */
export const createConversationRegistry = ({
  sessions,
  keptAgents,
  heldRuns,
}: {
  readonly sessions: Pick<NamedSessions, 'listAll' | 'remove'>;
  readonly keptAgents: Pick<KeptAgents, 'listAll' | 'release'>;
  readonly heldRuns: Pick<HeldRuns, 'listAll' | 'cancelAgent'>;
}): ConversationRegistry => ({
  list: () =>
    [
      ...sessions.listAll().map(fromSession),
      // The agent of a named session is a part of it.
      ...keptAgents
        .listAll()
        .filter(({ sessionId }) => sessionId === null)
        .map(fromAgent),
      ...heldRuns.listAll().map(fromHeldRun),
    ].toSorted((a, b) => b.lastUsedAt - a.lastUsedAt),
  close({ state, id }) {
    switch (state) {
      case 'session':
        return sessions.remove(id);
      case 'conversation':
        return keptAgents.release(id);
      case 'held':
        return heldRuns.cancelAgent(id);
    }
  },
});

const fromSession = ({ id, owner, model, createdAt, lastUsedAt, turns, usage }: StoredSession): ConversationInfo => ({
  state: 'session',
  id,
  owner,
  model,
  createdAt,
  lastUsedAt,
  turns,
  usage,
  pendingTools: [],
  sessionId: null,
});

const fromAgent = ({ agentId, owner, modelId, history }: KeptAgent): ConversationInfo => ({
  state: 'conversation',
  id: agentId,
  owner,
  model: modelId,
  ...history,
  pendingTools: [],
  sessionId: null,
});

const fromHeldRun = (run: HeldRun): ConversationInfo => ({
  state: 'held',
  id: run.dialogue.started?.agentId ?? '',
  owner: run.owner,
  model: run.modelId,
  ...run.history,
  // Those that the client hears of later are waited for just as well.
  pendingTools: [...run.calls, ...run.unreleased].map(({ name }) => name),
  sessionId: run.sessionId,
});
