/** Where a request stands in a trace of its client's: https://www.w3.org/TR/trace-context/ */
export interface TraceContext {
  /** 32 hexadecimal digits, the same for all that belongs to the trace. */
  readonly traceId: string;
  /** 16 hexadecimal digits: Portside's own part of the trace. */
  readonly spanId: string;
  /** Whether the client records the trace (bit 0), and made its id at random (bit 1). */
  readonly flags: number;
  /** The header `tracestate`, for whoever comes next; `null` where there is none. */
  readonly traceState: string | null;
}
