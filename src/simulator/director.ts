import { Code, ConnectError } from '@connectrpc/connect';
import * as z from 'zod';
import type { RunRecord } from './run-log.ts';
import { describeProblems } from './schema-problems.ts';
import { stepSchema } from './scenario-step.ts';

const replySchema = z.strictObject({ then: z.array(stepSchema).optional(), done: z.boolean().optional() });

/** What a director wants done next. */
export type DirectorReply = z.infer<typeof replySchema>;

/**
 * Asks a director what to do next in a run.
 * @throws ConnectError `internal` where it cannot be reached or replies something else
 */
export async function askDirector(url: string, run: RunRecord, signal: AbortSignal): Promise<DirectorReply> {
  const fail = (reason: string): ConnectError =>
    new ConnectError(`The scenario's director at ${url} ${reason}`, Code.Internal);
  let status: number;
  let body: string;
  try {
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(url, {
      method: 'POST',
      headers,
      body: JSON.stringify(run),
      signal,
      redirect: 'manual',
    });
    status = response.status;
    body = await response.text();
  } catch (error) {
    signal.throwIfAborted();
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    throw fail(`could not be reached: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
  if (status < 200 || status > 299) throw fail(`replied with status ${status}`);
  let input: unknown;
  try {
    input = JSON.parse(body);
  } catch {
    throw fail('replied something that is not JSON');
  }
  const reply = replySchema.safeParse(input);
  if (!reply.success) throw fail(`gave a reply that is not valid: ${describeProblems(reply.error, input)}`);
  return reply.data;
}
