import * as z from 'zod';

/** What a setting is called outside of the schema, and who may set it. */
export interface SettingMeta {
  /** Shown by VS Code beside the setting, and in `docs/settings.md`. */
  readonly markdownDescription: string;
  /** Position within the group; VS Code sorts by it. */
  readonly order: number;
  /** `machine`: not synchronised and not for a workspace to set, as with addresses and paths. */
  readonly scope: 'machine' | 'application' | 'window' | 'resource';
  /** The environment variable that sets it; `null` for settings that only an editor has. */
  readonly env: string | null;
  /** The variable that cursorpipe had for it, still obeyed. */
  readonly cursorpipeEnv?: string;
  /** The flag of `portside serve`, without dashes. */
  readonly flag?: string;
}

const wholeNumber = (least: number, most: number) => {
  const message = `A whole number from ${least} to ${most} is expected`;
  return z.int(message).min(least, message).max(most, message);
};

const seconds = () => {
  const message = 'A number of seconds above 0, up to a day, is expected';
  return z.number(message).positive(message).max(86_400, message);
};

const minutes = () => {
  const message = 'A number of minutes above 0, up to a week, is expected';
  return z.number(message).positive(message).max(10_080, message);
};

/** Paths are absolute, as a server has no folder that its users know of. */
const filePath = () =>
  z
    .string()
    .trim()
    .regex(/^(?:$|\/|[a-zA-Z]:[\\/]|\\\\)/, 'An absolute path is expected')
    .default('');

const HOST_NAME = /^(?:\[[0-9a-fA-F:.]+\]|[^\s:/@?#[\]*,]+)$/;
const ORIGIN = /^[a-zA-Z][a-zA-Z0-9+.-]*:\/\/[^\s/?#@*,]+$/;

/** A list, by commas in variables. Who writes `*` or `null` is told why that is not possible. */
const textList = (pattern: RegExp, message: string, noPatterns: string) =>
  z
    .array(
      z
        .string()
        .trim()
        .refine((text) => !text.includes('*'), { error: noPatterns, abort: true })
        .refine((text) => text.toLowerCase() !== 'null', {
          error: 'Files and sandboxed frames of any site have the origin "null"; it cannot be allowed',
          abort: true,
        })
        .regex(pattern, message),
    )
    .default([]);

const metaRegistry = z.registry<SettingMeta>();

const setting = <T extends z.ZodType>(schema: T, meta: SettingMeta): T => {
  metaRegistry.add(schema, meta);
  return schema;
};

/**
 * Every setting of Portside. VS Code's `contributes.configuration`, the CLI's flags and environment variables, and
 * `docs/settings.md` are generated from it (`npm run generate`). Secrets are not settings.
 */
export const settingsSchema = z.strictObject({
  port: setting(wholeNumber(0, 65_535).default(8765), {
    markdownDescription: 'The port that the server listens on. `0` takes any free one.',
    order: 1,
    scope: 'machine',
    env: 'PORTSIDE_PORT',
    cursorpipeEnv: 'CURSORPIPE_PORT',
    flag: 'port',
  }),
  host: setting(z.string().trim().min(1, 'It is empty').default('127.0.0.1'), {
    markdownDescription:
      'The address that the server listens on. With any other than `127.0.0.1`, other machines can reach it: they need an access token, and without a certificate (`tlsCertificatePath`) what they send is not encrypted.',
    order: 2,
    scope: 'machine',
    env: 'PORTSIDE_HOST',
    cursorpipeEnv: 'CURSORPIPE_HOST',
    flag: 'host',
  }),
  defaultModel: setting(z.string().trim().min(1, 'It is empty').default('composer-2.5'), {
    markdownDescription: 'The model for requests that name none, or `auto`.',
    order: 3,
    scope: 'window',
    env: 'PORTSIDE_MODEL',
    cursorpipeEnv: 'CURSORPIPE_MODEL',
    flag: 'model',
  }),
  autoStart: setting(z.boolean().default(false), {
    markdownDescription: 'Start the server when the editor starts.',
    order: 4,
    scope: 'machine',
    env: null,
  }),
  requestTimeoutSeconds: setting(seconds().default(300), {
    markdownDescription:
      'How long Cursor may stay silent, in seconds: before the first piece of an answer, and between two pieces. After that the request ends with a timeout error.',
    order: 5,
    scope: 'window',
    env: 'PORTSIDE_REQUEST_TIMEOUT_S',
    cursorpipeEnv: 'CURSORPIPE_REQUEST_TIMEOUT_S',
  }),
  nodePath: setting(z.string().trim().default(''), {
    markdownDescription:
      'The Node.js executable (22.14 or newer) that runs the Cursor SDK. Empty takes the one that the server itself runs on. Needed only where the editor does not let extensions start Node.js processes.',
    order: 6,
    scope: 'machine',
    env: 'PORTSIDE_NODE_PATH',
  }),
  backendUrl: setting(
    z.union([z.literal(''), z.url({ protocol: /^https?$/ })], 'An http or https address is expected').default(''),
    {
      markdownDescription:
        "The address of Cursor's service. Empty takes the real one. Meant for tests against a simulator (`portside simulate`).",
      order: 7,
      scope: 'machine',
      env: 'PORTSIDE_BACKEND_URL',
    },
  ),
  maxConcurrentRuns: setting(wholeNumber(1, 100).default(8), {
    markdownDescription:
      'How many requests run at Cursor at the same time. Runs that wait for the results of tool calls do not count.',
    order: 8,
    scope: 'window',
    env: 'PORTSIDE_MAX_CONCURRENT_RUNS',
  }),
  maxQueuedRuns: setting(wholeNumber(0, 1000).default(32), {
    markdownDescription:
      'How many more requests wait for one of those to end. Beyond that, clients are told to come back later (status 429).',
    order: 9,
    scope: 'window',
    env: 'PORTSIDE_MAX_QUEUED_RUNS',
  }),
  toolResultTimeoutSeconds: setting(seconds().default(600), {
    markdownDescription:
      'How long a run waits for the results of its tool calls, in seconds. Results that come later are not lost: the conversation then goes on in a new run.',
    order: 10,
    scope: 'window',
    env: 'PORTSIDE_TOOL_RESULT_TIMEOUT_S',
  }),
  maxHeldRuns: setting(wholeNumber(1, 1000).default(32), {
    markdownDescription:
      'How many runs may wait for the results of tool calls at the same time. Beyond that, the one that has waited longest is ended.',
    order: 11,
    scope: 'window',
    env: 'PORTSIDE_MAX_HELD_RUNS',
  }),
  repeatedToolCallLimit: setting(wholeNumber(0, 1000).default(10), {
    markdownDescription:
      'How often in a row the model may make the same tool call with the same arguments. Beyond that the call is not carried out and the model is told so; only if it goes on all the same, the run ends with an error. `0` sets no limit.',
    order: 12,
    scope: 'window',
    env: 'PORTSIDE_REPEATED_TOOL_CALL_LIMIT',
  }),
  conversationIdleMinutes: setting(minutes().default(30), {
    markdownDescription:
      'How long a conversation is remembered after its last request, in minutes, so that only what is new goes to Cursor. After that the next request sends the whole conversation again.',
    order: 13,
    scope: 'window',
    env: 'PORTSIDE_CONVERSATION_IDLE_MIN',
  }),
  maxConversations: setting(wholeNumber(1, 1000).default(64), {
    markdownDescription:
      'How many conversations are remembered at the same time. Beyond that, the one that was used least recently is forgotten.',
    order: 14,
    scope: 'window',
    env: 'PORTSIDE_MAX_CONVERSATIONS',
  }),
  sessionIdleMinutes: setting(minutes().default(30), {
    markdownDescription:
      'How long a named session (`X-Cursor-Session-ID`) is kept after its last request, in minutes. Then it is deleted with all its messages.',
    order: 15,
    scope: 'window',
    env: 'PORTSIDE_SESSION_IDLE_MIN',
  }),
  allowRemoteImages: setting(z.boolean('true or false is expected').default(false), {
    markdownDescription:
      'Fetch images that a request names by an `https` address. Addresses of private networks are never fetched.',
    order: 16,
    scope: 'machine',
    env: 'PORTSIDE_ALLOW_REMOTE_IMAGES',
  }),
  maxImageMegabytes: setting(wholeNumber(1, 20).default(8), {
    markdownDescription: 'The largest image that is accepted, in megabytes.',
    order: 17,
    scope: 'window',
    env: 'PORTSIDE_MAX_IMAGE_MB',
  }),
  defaultReasoningEffort: setting(
    z
      .enum(
        ['', 'none', 'minimal', 'low', 'medium', 'high', 'xhigh'],
        'One of none, minimal, low, medium, high and xhigh is expected',
      )
      .default(''),
    {
      markdownDescription:
        "How much models think for requests that do not say (`reasoning_effort`), where the model lets one choose. Empty takes the model's own default.",
      order: 18,
      scope: 'window',
      env: 'PORTSIDE_REASONING_EFFORT',
    },
  ),
  requireToken: setting(z.boolean('true or false is expected').default(true), {
    markdownDescription:
      'Require an access token. Without, every program on this machine can use your Cursor account; therefore it can only be turned off while `host` is a loopback address, and holds only for requests to the names of this machine itself.',
    order: 19,
    scope: 'machine',
    env: 'PORTSIDE_REQUIRE_TOKEN',
  }),
  allowedHosts: setting(
    textList(
      HOST_NAME,
      'A host name without scheme, port and path is expected, such as host.docker.internal',
      'There are no patterns: list every name by itself, such as host.docker.internal',
    ),
    {
      markdownDescription:
        'Host names under which clients may call this server, besides those of this machine: `host.docker.internal` for containers, or the name that a tunnel or reverse proxy passes on. Without port.',
      order: 20,
      scope: 'machine',
      env: 'PORTSIDE_ALLOWED_HOSTS',
    },
  ),
  allowedOrigins: setting(
    textList(
      ORIGIN,
      'An origin is expected: scheme, host and, where it is not the usual one, port, such as https://chat.example:8443',
      'There are no patterns: list every origin by itself, such as https://chat.example:8443',
    ),
    {
      markdownDescription:
        'Web pages that may call this server from a browser, by their origin, such as `http://localhost:3000` (CORS). They need an access token all the same.',
      order: 21,
      scope: 'machine',
      env: 'PORTSIDE_ALLOWED_ORIGINS',
    },
  ),
  tlsCertificatePath: setting(filePath(), {
    markdownDescription:
      'The certificate to serve `https` with, with its chain, as the absolute path of a PEM file. Needs `tlsKeyPath`. Empty serves `http`.',
    order: 22,
    scope: 'machine',
    env: 'PORTSIDE_TLS_CERTIFICATE',
  }),
  tlsKeyPath: setting(filePath(), {
    markdownDescription: 'The private key of `tlsCertificatePath`, as the absolute path of a PEM file.',
    order: 23,
    scope: 'machine',
    env: 'PORTSIDE_TLS_KEY',
  }),
  maxBodyMegabytes: setting(wholeNumber(1, 1000).default(20), {
    markdownDescription: 'The largest request that is accepted, in megabytes, also after decompression.',
    order: 24,
    scope: 'machine',
    env: 'PORTSIDE_MAX_BODY_MB',
  }),
  maxConnections: setting(wholeNumber(1, 65_535).default(512), {
    markdownDescription: 'How many connections may be open at the same time. Further ones are closed at once.',
    order: 25,
    scope: 'machine',
    env: 'PORTSIDE_MAX_CONNECTIONS',
  }),
  passThroughKeys: setting(z.boolean('true or false is expected').default(false), {
    markdownDescription:
      'Accept a Cursor API key (`crsr_…`) in place of an access token: the request then runs on the account of that key. It is used for that request alone and never stored.',
    order: 26,
    scope: 'machine',
    env: 'PORTSIDE_PASS_THROUGH_KEYS',
  }),
  tryOtherAccounts: setting(z.boolean('true or false is expected').default(false), {
    markdownDescription:
      'Where the account of a request is rate limited, try your other Cursor accounts, unless the request or its access token names one.',
    order: 27,
    scope: 'machine',
    env: 'PORTSIDE_TRY_OTHER_ACCOUNTS',
  }),
  cursorDataFolder: setting(filePath(), {
    markdownDescription:
      'The `User` folder of the Cursor editor whose sign-in is used, as an absolute path. Empty takes the usual one. Needed where Cursor was started with `--user-data-dir`.',
    order: 28,
    scope: 'machine',
    env: 'PORTSIDE_CURSOR_DATA_FOLDER',
  }),
  servingFolder: setting(z.string().trim().default(''), {
    markdownDescription:
      'The folder whose window serves, as an absolute path, where several windows are open. The others then neither start nor take over by themselves. Empty lets the first window serve.',
    order: 29,
    scope: 'machine',
    env: null,
  }),
});

/** Checked settings, with every default filled in. */
export type Settings = z.output<typeof settingsSchema>;

export type SettingName = keyof Settings;

export const SETTING_NAMES: readonly SettingName[] = settingsSchema.keyof().options;

/** The meta data of one setting. */
export const settingMeta = (name: SettingName): SettingMeta => {
  const meta = metaRegistry.get(settingsSchema.shape[name]);
  if (meta === undefined) throw new Error(`The setting ${name} has no meta data.`);
  return meta;
};
