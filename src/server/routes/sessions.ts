import type { Request, Response } from 'express';
import { GatewayError } from '../../core/gateway-error.ts';
import type { SessionInfo } from '../../core/session-store.ts';
import type { ModelCatalogs } from '../../engine/model-catalogs.ts';
import { restrictModels } from '../../engine/restrict-models.ts';
import type { NamedSessions } from '../../engine/sessions/named-sessions.ts';
import { decodeSessionRequest, toSession, toSessionList } from '../../protocols/sessions.ts';
import { getClient, getOwner } from '../middleware/authenticate.ts';

/** Runs outside of named sessions that wait for the results of their tool calls: listed beside the sessions. */
export interface HeldRunEntries {
  list(owner: string): readonly SessionInfo[];
  /** Ends a run; false where the owner has none of this id. */
  cancel(owner: string, id: string): boolean;
}

/** What the routes work with. */
export interface SessionsOptions {
  readonly sessions: NamedSessions;
  readonly heldRuns: HeldRunEntries;
  readonly catalogs: ModelCatalogs;
}

/** The handlers of `/v1/sessions` and `/v1/sessions/{id}`. */
export const sessionRoutes = ({ sessions, heldRuns, catalogs }: SessionsOptions) => ({
  list: (_request: Request, response: Response): void => {
    const owner = getOwner(response);
    const entries = [...sessions.list(owner), ...heldRuns.list(owner)];
    response.json(toSessionList(entries.toSorted((a, b) => b.lastUsedAt - a.lastUsedAt)));
  },
  create: async (request: Request, response: Response): Promise<void> => {
    const { model, id } = decodeSessionRequest(request.body);
    const { owner, account, models } = getClient(response);
    const { selection } = await restrictModels(await catalogs.of(account), models).resolve(model);
    response.json(toSession(sessions.create(owner, selection.id, id ?? undefined)));
  },
  get: (request: Request<{ id: string }>, response: Response): void => {
    const owner = getOwner(response);
    const { id } = request.params;
    const entry = sessions.get(owner, id) ?? heldRuns.list(owner).find((run) => run.id === id);
    if (entry === undefined) throw toNotFound(id);
    response.json(toSession(entry));
  },
  remove: (request: Request<{ id: string }>, response: Response): void => {
    const owner = getOwner(response);
    const { id } = request.params;
    if (!sessions.delete(owner, id) && !heldRuns.cancel(owner, id)) throw toNotFound(id);
    response.json({ deleted: true, id });
  },
});

const toNotFound = (id: string): GatewayError =>
  new GatewayError('not_found', `There is no session "${id}". It may have been idle for too long, or deleted.`);
