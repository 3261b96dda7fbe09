import type { RunRequest } from '../../../src/core/run-request.ts';
import type { RunStep } from '../../support/scripted-backend.ts';

/** What came of a request, all that a test may look at. */
export interface Outcome {
  readonly status: number;
  readonly contentType: string | null;
  /** The value of `X-Portside-Model`. */
  readonly usedModel: string | null;
  /** JSON where it is such, or else the text. */
  readonly body: unknown;
  /** What reached the backend. */
  readonly runs: readonly RunRequest[];
  /** What a look at the server gave afterwards; see {@link Probe.look}. */
  readonly later?: unknown;
}

type Fields = Readonly<Record<string, unknown>>;

/** Sends JSON to the app, and gives what it answers. */
export type Send = (method: string, path: string, body?: unknown) => Promise<{ status: number; body: unknown }>;

/** What was made before a request, such as `id`: it takes the place of `{id}` in paths, and in values that are `{id}`. */
export type Made = Readonly<Record<string, string>>;

/** A value of a parameter, and how one sees that it is honoured. */
export interface Probe {
  readonly value: unknown;
  /** Where the value stands in the request, as `messages.0.name`; where it is left out, by the parameter's own name. */
  readonly at?: string;
  /** What the request has beside, with and without the parameter; a value of `undefined` takes a field away. */
  readonly beside?: Fields;
  /** What the backend does. */
  readonly steps?: readonly RunStep[];
  /** Asks the server about what came of it, for {@link Outcome.later}. */
  readonly look?: (send: Send, body: unknown, made: Made) => Promise<unknown>;
  /** What is to be seen with the parameter, and not without it. */
  readonly sees: { readonly [Key in keyof Outcome]?: unknown };
}

/** How the parameters of an endpoint are tried. */
export interface EndpointProbes {
  /** A request that is answered, and in which nothing is ignored: a body, or a query. */
  readonly base: Fields;
  readonly headers?: Readonly<Record<string, string>>;
  readonly prepare?: (send: Send) => Promise<Made>;
  readonly honoured: Readonly<Record<string, Probe>>;
  /** Values that are refused or ignored; for those that all wires ignore there are common ones. */
  readonly values?: Fields;
  /** What the request has beside such a value, by the name of its parameter. */
  readonly beside?: Readonly<Record<string, Fields>>;
  /** Values of refused parameters that ask for what is done anyway, and are taken. */
  readonly taken?: Fields;
}
