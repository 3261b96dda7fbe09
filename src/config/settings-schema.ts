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
      'The address that the server listens on. With any other than `127.0.0.1`, other machines can reach it: they need the access token, but what they send is not encrypted.',
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
