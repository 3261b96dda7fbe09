import type { IncomingMessage, RequestListener } from 'node:http';
import type { Duplex } from 'node:stream';
import type { ConversationRegistry } from '../core/conversation-info.ts';
import type { GatewayError } from '../core/gateway-error.ts';
import type { Model } from '../core/model.ts';
import type { GatewayOptions } from './gateway.ts';
import type { GatewayState } from './gateway-state.ts';

/** What a serving is made of. */
export type ServingOptions = Pick<
  GatewayOptions,
  | 'settings'
  | 'tokens'
  | 'accounts'
  | 'proxy'
  | 'logger'
  | 'bridgePath'
  | 'imageConverterPath'
  | 'dataFolder'
  | 'backendUrl'
  | 'activity'
  | 'version'
> & {
  /** Told by `/health`. */
  readonly instanceId: string;
  /** Lets another Portside of the same user ask this one to make way. */
  readonly control: { readonly token: string; readonly onRelease: () => void };
  /** The host names that requests may come under, besides those of this machine, as they are now. */
  readonly allowedHosts: () => readonly string[];
};

/** The parts of the running state that come from a serving. */
export type ServingFacts = Pick<
  Extract<GatewayState, { status: 'running' }>,
  'activeRuns' | 'queuedRuns' | 'bridge' | 'bridgeReason' | 'account' | 'proxy'
>;

/** All that stands behind an open port: the API, the engine, the stores and the bridge. Once in its life. */
export interface Serving {
  readonly listener: RequestListener;
  /** Takes over the connection of a request for a WebSocket and gives `null`, or gives why it is refused. */
  readonly upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => Promise<GatewayError | null>;
  readonly facts: ServingFacts;
  readonly conversations: ConversationRegistry;
  /** The models of the default account. Never rejects. */
  listModels(): Promise<readonly Model[]>;
  /** Calls `listener` when {@link facts} may have changed; returns the function that ends this. */
  onDidChange(listener: () => void): () => void;
  /** Starts the bridge, without waiting for it. Resolves once {@link facts} tell of the account. Never rejects. */
  start(): Promise<void>;
  /** Ends every answer with an error, then the bridge, within 2 s, and closes the stores. The access log is left to {@link settle}. */
  stop(): Promise<void>;
  /** Writes down what is still to be written of requests, once the last of them is over: after {@link stop}, when all connections are closed. Within 400 ms, also where the disk hangs. */
  settle(): Promise<void>;
}
