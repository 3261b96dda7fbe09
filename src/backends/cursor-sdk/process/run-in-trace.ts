import { AsyncLocalStorage } from 'node:async_hooks';
import { type Context, context, type ContextManager, createTraceState, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import type { TraceContext } from '../../../core/trace-context.ts';

/**
 * Lets OpenTelemetry know which trace is at work, in the way that its API has for applications: what the SDK sends to Cursor
 * then carries `traceparent` and `tracestate` of that trace. Spans are neither made nor reported anywhere. Once, before the
 * SDK is loaded.
 */
export const offerTraces = (): void => {
  context.setGlobalContextManager(createContextManager());
};

/** Does something as a part of a trace; of none where there is no context. */
export const runInTrace = <Result>(traceContext: TraceContext | undefined, run: () => Result): Result =>
  context.with(traceContext === undefined ? ROOT_CONTEXT : toContext(traceContext), run);

const toContext = ({ traceId, spanId, flags, traceState }: TraceContext): Context =>
  trace.setSpanContext(ROOT_CONTEXT, {
    traceId,
    spanId,
    traceFlags: flags,
    isRemote: true,
    ...(traceState !== null && { traceState: createTraceState(traceState) }),
  });

const createContextManager = (): ContextManager => {
  const storage = new AsyncLocalStorage<Context>();
  const manager: ContextManager = {
    active: () => storage.getStore() ?? ROOT_CONTEXT,
    with: (active, run, thisArg, ...args) => storage.run(active, () => run.call(thisArg, ...args)),
    bind: (_active, target) => target,
    enable: () => manager,
    disable() {
      storage.disable();
      return manager;
    },
  };
  return manager;
};
