import type * as z from 'zod';
import { STEP_SCHEMAS } from './scenario-step.ts';

const STEP_KINDS = Object.keys(STEP_SCHEMAS);

/**
 * Says in words what is wrong with a scenario or a director's reply, one problem after the other, each with its path
 * (`rules[0].then[2].chunk: …`). `input` is the value that the schema refused.
 */
export function describeProblems(error: z.ZodError, input: unknown): string {
  return error.issues.flatMap((issue) => describeIssue(issue, [], input)).join('; ');
}

function describeIssue(issue: z.core.$ZodIssue, prefix: readonly PropertyKey[], input: unknown): string[] {
  const path = [...prefix, ...issue.path];
  // The only union is that of the steps: the field that tells a step's kind picks the branch whose problems are meant.
  if (issue.code === 'invalid_union') {
    const step = valueAt(input, path);
    const kind = STEP_KINDS.findIndex((each) => isObject(step) && each in step);
    const problems = issue.errors[kind];
    if (problems !== undefined) return problems.flatMap((each) => describeIssue(each, path, input));
    return [`${formatPath(path)}: a step is an object with one of ${STEP_KINDS.join(', ')}`];
  }
  return [`${formatPath(path)}: ${issue.message}`];
}

function formatPath(path: readonly PropertyKey[]): string {
  const text = path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`)).join('');
  return text === '' ? 'the whole' : text.replace(/^\./, '');
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, key) => (isObject(value) ? value[key] : undefined), input);
}

function isObject(value: unknown): value is Record<PropertyKey, unknown> {
  return typeof value === 'object' && value !== null;
}
