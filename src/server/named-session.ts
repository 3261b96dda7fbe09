import type { Request, Response } from 'express';
import { checkSessionId } from '../engine/sessions/session-id.ts';

/** The named session of a request; `null` where it has none. Its id goes back as it came. @throws GatewayError `invalid_request` */
export const readSessionId = (request: Request, response: Response): string | null => {
  const sessionId = request.get('x-cursor-session-id') ?? null;
  if (sessionId !== null) {
    response.setHeader('X-Cursor-Session-ID', checkSessionId(sessionId, 'X-Cursor-Session-ID'));
  }
  return sessionId;
};
