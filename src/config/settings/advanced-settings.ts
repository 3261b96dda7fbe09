import * as z from 'zod';
import { settingsOf } from '../setting.ts';

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
};
