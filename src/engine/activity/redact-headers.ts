import type { ShownHeader } from '../../core/request-activity.ts';
import { hasSecretForm } from '../../core/secret-forms.ts';

/** Header names whose values let somebody in. */
const SECRET_NAME = /auth|cookie|token|secret|passw|key$|credential|session|signature|csrf|xsrf/i;

/** Names that sound like it, and do not: those of CORS, of limits, and of conversations. */
const PUBLIC_NAME =
  /^(?:access-control-.*|x-ratelimit-.*|www-authenticate|idempotency-key|sec-websocket-key|x-cursor-session-id|x-session-affinity|x-opencode-session)$/i;

/** Headers as people may see them: what is or may be a secret is left out, the query of an address too. Pure. */
export const redactHeaders = (headers: readonly (readonly [name: string, value: string])[]): readonly ShownHeader[] =>
  headers.map(([name, value]) =>
    (SECRET_NAME.test(name) && !PUBLIC_NAME.test(name)) || hasSecretForm(value)
      ? [name, null]
      : [name, value.replaceAll(/(\bhttps?:\/\/[^\s?#"]{0,2000})[?#][^\s"]*/gi, '$1')],
  );
