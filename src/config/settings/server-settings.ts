import * as z from 'zod';
import { settingsOf } from '../setting.ts';
import { wholeNumber } from '../setting-values.ts';

const setting = settingsOf('server');

/** Where the server listens. */
export const serverSettings = {
  port: setting(wholeNumber(0, 65_535).default(8765), {
    markdownDescription: 'The port that the server listens on. `0` takes any free one.',
    scope: 'machine',
    env: 'PORTSIDE_PORT',
    cursorpipeEnv: 'CURSORPIPE_PORT',
    flag: 'port',
  }),
  host: setting(z.string().trim().min(1, 'It is empty').default('127.0.0.1'), {
    markdownDescription:
      'The address that the server listens on. With any other than `127.0.0.1`, other machines can reach it: they need an access token, and without a certificate (`tlsCertificatePath`) what they send is not encrypted.',
    scope: 'machine',
    env: 'PORTSIDE_HOST',
    cursorpipeEnv: 'CURSORPIPE_HOST',
    flag: 'host',
  }),
  ollamaPort: setting(wholeNumber(0, 65_535).default(0), {
    markdownDescription:
      'A second port, for tools that look for Ollama at its usual one and cannot be given an address: `11434`. It serves the same as `port`, and needs an access token too. `0` opens none.',
    scope: 'machine',
    env: 'PORTSIDE_OLLAMA_PORT',
    flag: 'ollama-port',
  }),
};
