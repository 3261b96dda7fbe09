import * as z from 'zod';
import { GatewayError } from '../core/gateway-error.ts';
import { isAllowedHost } from '../core/loopback-guard.ts';
import { describeProblems } from './schema-problems.ts';
import { stepSchema } from './scenario-step.ts';

const pattern = z.string().superRefine((source, context) => {
  try {
    compilePattern(source);
  } catch (error) {
    context.addIssue({ code: 'custom', message: error instanceof Error ? error.message : 'not a regular expression' });
  }
});

const ruleSchema = z.strictObject({
  when: z
    .strictObject({
      prompt: pattern.optional(),
      system: pattern.optional(),
      model: z.string().optional(),
      tool: z.string().optional(),
    })
    .optional(),
  times: z.int().nonnegative().optional(),
  then: z.array(stepSchema),
});

/** Schema of a whole scenario file. */
export const scenarioSchema = z.strictObject({
  rules: z.array(ruleSchema).optional(),
  director: z
    .string()
    .refine(isLoopbackUrl, 'must be an http:// URL of this machine, such as http://127.0.0.1:9000/next')
    .optional(),
});

/** What the simulator answers: rules of which the first match wins, a director to ask, or both. */
export type Scenario = z.infer<typeof scenarioSchema>;
export type ScenarioRule = z.infer<typeof ruleSchema>;

/** Compiles a pattern of a rule: case-sensitive, and the dot matches a newline too. */
export function compilePattern(source: string): RegExp {
  return new RegExp(source, 's');
}

/**
 * Reads a scenario from JSON text.
 * @throws GatewayError `invalid_request` with every problem and its path
 */
export function parseScenario(text: string): Scenario {
  let input: unknown;
  try {
    input = JSON.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : '';
    throw new GatewayError('invalid_request', `The scenario is not JSON: ${reason}`, { cause: error });
  }
  const result = scenarioSchema.safeParse(input);
  if (result.success) return result.data;
  throw new GatewayError('invalid_request', `The scenario is not valid: ${describeProblems(result.error, input)}`);
}

function isLoopbackUrl(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && url.protocol === 'http:' && url.username === '' && isAllowedHost(url.host, []);
}
