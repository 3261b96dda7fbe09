import type { ProxySettings } from '../../core/backend.ts';
import type { Logger } from '../../core/logger.ts';
import type { BridgeTimeouts } from './bridge-timeouts.ts';

/** What a process with the Cursor SDK in it is started with. */
export interface BridgeOptions {
  /** Absolute path of the built bridge, `dist/bridge.js`. */
  readonly bridgePath: string;
  /** The Node.js executable for it; empty for the one that runs this process. */
  readonly nodePath: string;
  /** Empty for Cursor's own service. A promise for a service that is being started on this machine, which no proxy stands before. */
  readonly backendUrl: string | Promise<string>;
  readonly proxy: ProxySettings;
  /** A private folder for the bridge's files; made where it is missing. */
  readonly dataFolder: string;
  readonly logger: Logger;
  /** How long Cursor may send nothing. */
  readonly requestTimeoutMs: number;
  readonly timeouts?: Partial<BridgeTimeouts>;
}
