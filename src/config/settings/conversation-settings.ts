import { settingsOf } from '../setting.ts';
import { minutes, wholeNumber } from '../setting-values.ts';

const setting = settingsOf('conversations');

/** What is remembered, and for how long. */
export const conversationSettings = {
  conversationIdleMinutes: setting(minutes().default(30), {
    markdownDescription:
      'How long a conversation is remembered after its last request, in minutes, so that only what is new goes to Cursor. After that the next request sends the whole conversation again.',
    scope: 'window',
    env: 'PORTSIDE_CONVERSATION_IDLE_MIN',
  }),
  maxConversations: setting(wholeNumber(1, 1000).default(64), {
    markdownDescription:
      'How many conversations are remembered at the same time. Beyond that, the one that was used least recently is forgotten.',
    scope: 'window',
    env: 'PORTSIDE_MAX_CONVERSATIONS',
  }),
  sessionIdleMinutes: setting(minutes().default(30), {
    markdownDescription:
      'How long a named session (`X-Cursor-Session-ID`) is kept after its last request, in minutes. Then it is deleted with all its messages.',
    scope: 'window',
    env: 'PORTSIDE_SESSION_IDLE_MIN',
  }),
  storedAnswerDays: setting(wholeNumber(1, 3650).default(30), {
    markdownDescription:
      'How long stored answers are kept after they were last gone on from, in days: responses, unless a client sends `store: false`; chat completions that were asked for with `store: true`; and conversations of `/v1/conversations`. They lie in `responses.db`, readable by you alone.',
    scope: 'window',
    env: 'PORTSIDE_STORED_ANSWER_DAYS',
  }),
  storedAnswerMegabytes: setting(wholeNumber(1, 100_000).default(512), {
    markdownDescription:
      'How much may be stored of answers, in megabytes. Beyond that, what was used longest ago is deleted. What alone takes more than a quarter is not stored at all.',
    scope: 'window',
    env: 'PORTSIDE_STORED_ANSWER_MB',
  }),
};
