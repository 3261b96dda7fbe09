import * as z from 'zod';
import { settingsOf } from '../setting.ts';

const setting = settingsOf('editor');

/** What only an editor has. */
export const editorSettings = {
  autoStart: setting(z.boolean().default(false), {
    markdownDescription: 'Start the server when the editor starts.',
    scope: 'machine',
    env: null,
  }),
  showStatusBar: setting(z.boolean().default(true), {
    markdownDescription: 'Show Portside in the status bar. Its commands stay in the command palette and in its view.',
    scope: 'window',
    env: null,
  }),
  servingFolder: setting(z.string().trim().default(''), {
    markdownDescription:
      'The folder whose window serves, as an absolute path, where several windows are open. The others then neither start nor take over by themselves. Empty lets the first window serve.',
    scope: 'machine',
    env: null,
  }),
};
