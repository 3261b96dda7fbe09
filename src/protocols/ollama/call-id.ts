/** Before the ids that the engine has for calls, which may have any form: so they are known when they come back. */
const PREFIX = 'cursor_';

/** The id by which clients are told of a call. */
export const toClientCallId = (id: string): string => `${PREFIX}${id}`;

/** The engine's id of a call; `null` for what was never told to a client, as some make ids of their own. */
export const toEngineCallId = (id: string): string | null =>
  id.startsWith(PREFIX) && id.length > PREFIX.length ? id.slice(PREFIX.length) : null;
