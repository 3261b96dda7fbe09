import { readFileSync } from 'node:fs';
import path from 'node:path';

/** What becomes of a parameter. */
export interface Parameter {
  /** Of a field within another `stream_options.include_usage`. */
  readonly name: string;
  readonly status: 'honoured' | 'ignored' | 'refused';
  /** A sentence or two of Markdown. */
  readonly note?: string;
  /** Only where a request with a body takes one in its query. */
  readonly in?: 'query';
}

/** What a client can send to an endpoint: in a body, or with `GET` in a query. */
export interface Endpoint {
  readonly id: string;
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  readonly title: string;
  /** Why nothing of it is served; it has no parameters then. */
  readonly refused?: string;
  readonly parameters: readonly Parameter[];
}

/** What `docs/compatibility.json` says of every endpoint that takes parameters. */
export const compatibility: readonly Endpoint[] = JSON.parse(
  readFileSync(path.join(import.meta.dirname, '../../docs/compatibility.json'), 'utf8'),
).endpoints;
