import * as z from 'zod';
import { settingsOf } from '../setting.ts';
import { filePath, wholeNumber } from '../setting-values.ts';

const setting = settingsOf('advanced');

/** What hardly anybody needs. */
export const advancedSettings = {
  nodePath: setting(z.string().trim().default(''), {
    markdownDescription:
      'The Node.js executable (22.14 or newer) that runs the Cursor SDK. Empty takes the one that the server itself runs on. Needed only where the editor does not let extensions start Node.js processes.',
    scope: 'machine',
    env: 'PORTSIDE_NODE_PATH',
  }),
  backendUrl: setting(
    z.union([z.literal(''), z.url({ protocol: /^https?$/ })], 'An http or https address is expected').default(''),
    {
      markdownDescription:
        "The address of Cursor's service. Empty takes the real one. Meant for tests against a simulator (`portside simulate`).",
      scope: 'machine',
      env: 'PORTSIDE_BACKEND_URL',
    },
  ),
  accessLogPath: setting(filePath(), {
    markdownDescription:
      'The absolute path of a file that gets a line of JSON for each request: when, which, by which access token, with what outcome, how long and how many tokens. Never what was said, and no secret. Empty writes none.',
    scope: 'machine',
    env: 'PORTSIDE_ACCESS_LOG',
    flag: 'access-log',
  }),
  accessLogMegabytes: setting(wholeNumber(1, 10_000).default(10), {
    markdownDescription: 'How large the access log may become, in megabytes, before a new one is begun.',
    scope: 'machine',
    env: 'PORTSIDE_ACCESS_LOG_MB',
  }),
  accessLogFiles: setting(wholeNumber(1, 1000).default(5), {
    markdownDescription: 'How many earlier access logs are kept beside the present one.',
    scope: 'machine',
    env: 'PORTSIDE_ACCESS_LOG_FILES',
  }),
};
