import type { Operation } from './operation.ts';
import { CHAT_COMPLETIONS } from './operations/chat-completions.ts';
import { COMPLETIONS } from './operations/completions.ts';
import { CONVERSATIONS } from './operations/conversations.ts';
import { MESSAGES } from './operations/messages.ts';
import { MODELS, OPENCODE } from './operations/models.ts';
import { OLLAMA } from './operations/ollama.ts';
import { RESPONSES } from './operations/responses.ts';
import { SERVICE } from './operations/service.ts';
import { SESSIONS } from './operations/sessions.ts';

/** Every route, in the order of the document. */
export const OPERATIONS: readonly Operation[] = [
  ...CHAT_COMPLETIONS,
  ...RESPONSES,
  ...CONVERSATIONS,
  ...MESSAGES,
  ...OLLAMA,
  ...COMPLETIONS,
  ...MODELS,
  ...SESSIONS,
  ...OPENCODE,
  ...SERVICE,
];
