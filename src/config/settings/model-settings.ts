import * as z from 'zod';
import { settingsOf } from '../setting.ts';
import { seconds, wholeNumber } from '../setting-values.ts';

const setting = settingsOf('models');

/** Which model answers, how long that may take, and how many at a time. */
export const modelSettings = {
  defaultModel: setting(z.string().trim().min(1, 'It is empty').default('composer-2.5'), {
    markdownDescription: 'The model for requests that name none, or `auto`.',
    scope: 'window',
    env: 'PORTSIDE_MODEL',
    cursorpipeEnv: 'CURSORPIPE_MODEL',
    flag: 'model',
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
      scope: 'window',
      env: 'PORTSIDE_REASONING_EFFORT',
    },
  ),
  modelMap: setting(
    z
      .record(
        z
          .string()
          .trim()
          .regex(/^[^*]*\*?$/)
          .min(1),
        z.string('The id of a model is expected').trim().min(1, 'The id of a model is expected'),
        {
          error: ({ code }) =>
            code === 'invalid_key'
              ? 'A name is expected, with a * at its end or none'
              : 'Names and models are expected: name=model,name=model in a variable, {"name": "model"} in the editor',
        },
      )
      .default({}),
    {
      markdownDescription:
        'Names that tools send, and the models that they mean here: `{"gpt-4o-mini": "composer-2.5"}`. A name may end in `*`. Names of Anthropic\'s models need no entry in requests to `/v1/messages`: there the closest model of the same family is taken, and the default model where there is none. In a variable: `name=model,name=model`.',
      scope: 'window',
      env: 'PORTSIDE_MODEL_MAP',
    },
  ),
  requestTimeoutSeconds: setting(seconds().default(300), {
    markdownDescription:
      'How long Cursor may stay silent, in seconds: before the first piece of an answer, and between two pieces. After that the request ends with a timeout error.',
    scope: 'window',
    env: 'PORTSIDE_REQUEST_TIMEOUT_S',
    cursorpipeEnv: 'CURSORPIPE_REQUEST_TIMEOUT_S',
  }),
  maxConcurrentRuns: setting(wholeNumber(1, 100).default(8), {
    markdownDescription:
      'How many requests run at Cursor at the same time. Runs that wait for the results of tool calls do not count.',
    scope: 'window',
    env: 'PORTSIDE_MAX_CONCURRENT_RUNS',
  }),
  maxQueuedRuns: setting(wholeNumber(0, 1000).default(32), {
    markdownDescription:
      'How many more requests wait for one of those to end. Beyond that, clients are told to come back later (status 429).',
    scope: 'window',
    env: 'PORTSIDE_MAX_QUEUED_RUNS',
  }),
};
