import * as z from 'zod';
import { settingsOf } from '../setting.ts';
import { filePath } from '../setting-values.ts';

const setting = settingsOf('accounts');

/** On which Cursor account requests run. */
export const accountSettings = {
  tryOtherAccounts: setting(z.boolean('true or false is expected').default(false), {
    markdownDescription:
      'Where the account of a request is rate limited, try your other Cursor accounts, unless the request or its access token names one.',
    scope: 'machine',
    env: 'PORTSIDE_TRY_OTHER_ACCOUNTS',
  }),
  passThroughKeys: setting(z.boolean('true or false is expected').default(false), {
    markdownDescription:
      'Accept a Cursor API key (`crsr_…`) in place of an access token: the request then runs on the account of that key. It is used for that request alone and never stored.',
    scope: 'machine',
    env: 'PORTSIDE_PASS_THROUGH_KEYS',
  }),
  cursorDataFolder: setting(filePath(), {
    markdownDescription:
      'The `User` folder of the Cursor editor whose sign-in is used, as an absolute path. Empty takes the usual one. Needed where Cursor was started with `--user-data-dir`.',
    scope: 'machine',
    env: 'PORTSIDE_CURSOR_DATA_FOLDER',
  }),
};
