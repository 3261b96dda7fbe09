import * as z from 'zod';
import { settingsOf } from '../setting.ts';
import { seconds, wholeNumber } from '../setting-values.ts';

const setting = settingsOf('tools');

/** Function tools of clients. */
export const toolSettings = {
  toolResultTimeoutSeconds: setting(seconds().default(600), {
    markdownDescription:
      'How long a run waits for the results of its tool calls, in seconds. Results that come later are not lost: the conversation then goes on in a new run.',
    scope: 'window',
    env: 'PORTSIDE_TOOL_RESULT_TIMEOUT_S',
  }),
  hostedTools: setting(z.enum(['ignore', 'refuse']).default('ignore'), {
    markdownDescription:
      'What becomes of tools that OpenAI or Anthropic hosts and Cursor does not offer, such as `web_search`, in a request to `/v1/responses` or `/v1/messages`. `ignore`: they are left out, and named in the header `X-Portside-Ignored`. `refuse`: the request fails with `unsupported_tool`. One that a request demands by `tool_choice` is always refused.',
    scope: 'window',
    env: 'PORTSIDE_HOSTED_TOOLS',
  }),
  maxHeldRuns: setting(wholeNumber(1, 1000).default(32), {
    markdownDescription:
      'How many runs may wait for the results of tool calls at the same time. Beyond that, the one that has waited longest is ended.',
    scope: 'window',
    env: 'PORTSIDE_MAX_HELD_RUNS',
  }),
  repeatedToolCallLimit: setting(wholeNumber(0, 1000).default(10), {
    markdownDescription:
      'How often in a row the model may make the same tool call with the same arguments. Beyond that the call is not carried out and the model is told so; only if it goes on all the same, the run ends with an error. `0` sets no limit.',
    scope: 'window',
    env: 'PORTSIDE_REPEATED_TOOL_CALL_LIMIT',
  }),
};
