import * as z from 'zod';

/** The longest delay that a timer of Node takes. */
const MAXIMUM_DELAY_MS = 2 ** 31 - 1;

const delayMs = z.number().nonnegative().max(MAXIMUM_DELAY_MS);
const tokenCount = z.int().nonnegative();
const toolCall = z.strictObject({ tool: z.string().min(1), args: z.record(z.string(), z.json()).optional() });

const CONNECT_CODES = [
  'canceled',
  'unknown',
  'invalid_argument',
  'deadline_exceeded',
  'not_found',
  'already_exists',
  'permission_denied',
  'resource_exhausted',
  'failed_precondition',
  'aborted',
  'out_of_range',
  'unimplemented',
  'internal',
  'unavailable',
  'data_loss',
  'unauthenticated',
] as const;

/** The schema of each kind of step, by the field that tells the kind. */
export const STEP_SCHEMAS = {
  thinking: z.strictObject({ thinking: z.string() }),
  text: z.strictObject({ text: z.string(), chunk: z.int().positive().optional(), everyMs: delayMs.optional() }),
  call: z.strictObject({ call: toolCall }),
  parallel: z.strictObject({
    parallel: z.array(toolCall.extend({ afterMs: delayMs.optional() })),
    listed: z.boolean().optional(),
  }),
  sleepMs: z.strictObject({ sleepMs: delayMs }),
  exec: z.strictObject({ exec: z.strictObject({ read: z.string().min(1) }) }),
  usage: z.strictObject({
    usage: z.strictObject({
      input: tokenCount.optional(),
      output: tokenCount.optional(),
      cacheRead: tokenCount.optional(),
      cacheWrite: tokenCount.optional(),
      reasoning: tokenCount.optional(),
    }),
  }),
  fail: z.strictObject({
    fail: z.strictObject({
      code: z.enum(CONNECT_CODES),
      message: z.string().default(''),
      /** A value of Cursor's own error enumeration, such as 50 for a rate limit. */
      error: z.int32().nonnegative().optional(),
      title: z.string().optional(),
      retryable: z.boolean().optional(),
    }),
  }),
  drop: z.strictObject({ drop: z.literal(true) }),
  stall: z.strictObject({ stall: z.literal(true) }),
} as const;

/** Schema of one step of a scenario. */
export const stepSchema = z.union([
  STEP_SCHEMAS.thinking,
  STEP_SCHEMAS.text,
  STEP_SCHEMAS.call,
  STEP_SCHEMAS.parallel,
  STEP_SCHEMAS.sleepMs,
  STEP_SCHEMAS.exec,
  STEP_SCHEMAS.usage,
  STEP_SCHEMAS.fail,
  STEP_SCHEMAS.drop,
  STEP_SCHEMAS.stall,
]);

/** One thing that the simulator does in a run. */
export type Step = z.infer<typeof stepSchema>;
export type FailStep = z.infer<typeof STEP_SCHEMAS.fail>;
export type ToolArguments = NonNullable<z.infer<typeof toolCall>['args']>;
