import type { IncomingHttpHeaders } from 'node:http';
import type { RequestHandler } from 'express';
import type { TraceContext } from '../../core/trace-context.ts';
import { readTraceContext } from '../read-trace-context.ts';

/** Keeps the trace that a request is a part of, for logs and for what is sent on; see {@link getTraceContext}. */
export const traceContext = (): RequestHandler => (request, response, next) => {
  const context = readTraceContext(toTraceHeaders(request.headers));
  if (context !== undefined) response.locals['traceContext'] = new Kept(context);
  next();
};

/** The trace of the request that this response answers; `undefined` where its client named none. */
export const getTraceContext = (response: { locals: Record<string, unknown> }): TraceContext | undefined => {
  const { traceContext: kept } = response.locals;
  return kept instanceof Kept ? kept.context : undefined;
};

const toTraceHeaders = (headers: IncomingHttpHeaders) => ({
  traceparent: headers['traceparent']?.toString(),
  tracestate: headers['tracestate']?.toString(),
});

/** Tells what is kept here from anything else that a response may carry. */
class Kept {
  readonly context: TraceContext;

  constructor(context: TraceContext) {
    this.context = context;
  }
}
