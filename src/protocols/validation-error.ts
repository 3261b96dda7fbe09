import type * as z from 'zod';
import { GatewayError } from '../core/gateway-error.ts';

/** Writes a path in OpenAI's notation: `messages[0].content`. */
export const toParam = (path: readonly PropertyKey[]): string =>
  path.reduce<string>(
    (param, key) =>
      typeof key === 'number' ? `${param}[${key}]` : param === '' ? String(key) : `${param}.${String(key)}`,
    '',
  );

/** The first thing wrong with a body, or with the part of it at `prefix`, as a 422 that names the field. */
export const toValidationError = (error: z.ZodError, prefix: readonly PropertyKey[] = []): GatewayError => {
  const [issue] = error.issues;
  if (issue === undefined) return new GatewayError('validation_failed', 'The body is not a valid request.');
  const { path, message } = deepest(issue);
  const param = toParam([...prefix, ...path]);
  return new GatewayError('validation_failed', param === '' ? `The body: ${message}.` : `${param}: ${message}.`, {
    param: param === '' ? null : param,
  });
};

/** A union's own message says only "invalid input"; the branch that came furthest says what is wrong. */
const deepest = (issue: z.core.$ZodIssue): { path: PropertyKey[]; message: string } => {
  const here = { path: issue.path, message: issue.message };
  if (issue.code !== 'invalid_union') return here;
  return issue.errors
    .flatMap((branch) => branch.slice(0, 1).map((inner) => deepest(inner)))
    .map(({ path, message }) => ({ path: [...issue.path, ...path], message }))
    .reduce((best, next) => (next.path.length > best.path.length ? next : best), here);
};
