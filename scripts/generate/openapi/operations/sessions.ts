import { sessionRequestSchema } from '../../../../src/protocols/sessions.ts';
import { deletedSession, session, sessions } from '../answers/service.ts';
import { BODY_ERRORS } from '../errors.ts';
import { PLAIN_HEADERS } from '../headers.ts';
import type { Operation } from '../operation.ts';
import { json } from './answer.ts';

const ofSessions = { tag: 'Sessions', form: 'OpenAi', headers: PLAIN_HEADERS } as const;

export const SESSIONS: readonly Operation[] = [
  {
    ...ofSessions,
    method: 'get',
    path: '/v1/sessions',
    id: 'listSessions',
    summary: 'List sessions',
    description: 'Those of your token, with the runs that wait for the results of their tool calls.',
    answers: json(sessions, 'The sessions, the one that was used last first.'),
    errors: [],
  },
  {
    ...ofSessions,
    method: 'post',
    path: '/v1/sessions',
    id: 'createSession',
    summary: 'Create a session',
    description: 'Not needed: a session begins with the first request that names it by `X-Cursor-Session-ID`.',
    body: { name: 'CreateSession', schema: sessionRequestSchema, isOptional: true, example: { id: 'my-session' } },
    answers: json(session, 'The session.'),
    errors: [...BODY_ERRORS, 'model_not_found', 'conflict'],
  },
  {
    ...ofSessions,
    method: 'get',
    path: '/v1/sessions/{id}',
    id: 'getSession',
    summary: 'Get a session',
    answers: json(session, 'The session.'),
    errors: ['not_found'],
  },
  {
    ...ofSessions,
    method: 'delete',
    path: '/v1/sessions/{id}',
    id: 'deleteSession',
    summary: 'Delete a session, or end a run that waits',
    answers: json(deletedSession, 'It is gone.'),
    errors: ['not_found'],
  },
];
