import type { CredentialSource } from '../core/credential-source.ts';
import type { Logger } from '../core/logger.ts';
import type { Settings } from '../config/settings-schema.ts';
import type { GatewayState } from './gateway-state.ts';

/** What a gateway is made of. */
export interface GatewayOptions {
  readonly settings: Settings;
  /** The token that clients must send. */
  readonly accessToken: string;
  readonly credentials: CredentialSource;
  readonly logger: Logger;
  /** Absolute path of the built bridge, `dist/bridge.js`. */
  readonly bridgePath: string;
  /** Absolute path of the built image converter, `dist/image-converter.js`. */
  readonly imageConverterPath: string;
  /** A private folder (0700) for the named sessions and the bridge's files; made where it is missing. */
  readonly dataFolder: string;
  /** The address of Cursor's service where it is not known yet, instead of `settings.backendUrl`. */
  readonly backendUrl?: Promise<string>;
  /** Portside's own version, for `/health`. */
  readonly version: string;
}

/** A server with its backend: what both the extension and the CLI start and stop. */
export interface Gateway {
  readonly state: GatewayState;
  /** Calls `listener` after each change of {@link state}; returns the function that ends this. */
  onDidChangeState(listener: (state: GatewayState) => void): () => void;
  /** Once in its life. Resolves when the port listens or cannot: look at {@link state}. Never rejects. The bridge may still be starting. */
  start(): Promise<void>;
  /** Ends open streams with an error, the bridge within 2 s, and closes the port. Safe in any state. */
  stop(): Promise<void>;
  /** Asks for the credential again, after the user has set or removed it. */
  refreshCredential(): Promise<void>;
}
