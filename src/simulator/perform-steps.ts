import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { performText, performThinking } from './perform-text.ts';
import { type CallContext, performCalls, performRead } from './perform-calls.ts';
import { RunFailed, toConnectError } from './run-failure.ts';
import type { Step } from './scenario-step.ts';
import { fillArguments, fillTemplate, type TemplateValues } from './template.ts';

/**
 * Performs steps one after the other.
 * @throws RunFailed where a step ends the run
 */
export async function performSteps(
  context: CallContext,
  steps: readonly Step[],
  values: TemplateValues,
): Promise<void> {
  for (const step of steps) await performStep(context, step, values);
}

async function performStep(context: CallContext, step: Step, values: TemplateValues): Promise<void> {
  const { link, turn } = context;
  const fill = (template: string): string => fillTemplate(template, values);
  const plan = (call: { tool: string; args?: Parameters<typeof fillArguments>[0] | undefined }, afterMs: number) => ({
    tool: fill(call.tool),
    args: fillArguments(call.args ?? {}, values),
    afterMs,
  });

  if ('thinking' in step) {
    await performThinking(link, turn, fill(step.thinking));
  } else if ('text' in step) {
    await performText(link, turn, { text: fill(step.text), chunk: step.chunk, everyMs: step.everyMs });
  } else if ('call' in step) {
    await performCalls(context, [plan(step.call, 0)], true);
  } else if ('parallel' in step) {
    const calls = step.parallel.map((call) => plan(call, call.afterMs ?? 0));
    await performCalls(context, calls, step.listed ?? true);
  } else if ('sleepMs' in step) {
    await delay(step.sleepMs, undefined, { signal: link.signal });
  } else if ('exec' in step) {
    await performRead(context, fill(step.exec.read));
  } else if ('usage' in step) {
    const { input = 0, output = 0, cacheRead = 0, cacheWrite = 0, reasoning = 0 } = step.usage;
    turn.addUsage({ input, output, cacheRead, cacheWrite, reasoning });
  } else if ('fail' in step) {
    throw new RunFailed({ kind: 'error', error: toConnectError(step, fill) });
  } else if ('drop' in step) {
    throw new RunFailed({ kind: 'drop' });
  } else {
    link.mute();
    if (!link.signal.aborted) await once(link.signal, 'abort');
    link.signal.throwIfAborted();
  }
}
