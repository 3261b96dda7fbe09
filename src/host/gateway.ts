import type { Settings } from '../config/settings-schema.ts';
import type { ProxySettings } from '../core/backend.ts';
import type { ConversationRegistry } from '../core/conversation-info.ts';
import type { Logger } from '../core/logger.ts';
import type { Model } from '../core/model.ts';
import type { ActivityRecorder } from '../engine/activity/activity-recorder.ts';
import type { AccessTokens } from '../credentials/access-tokens/access-tokens.ts';
import type { Accounts } from '../credentials/accounts/accounts.ts';
import type { GatewayState } from './gateway-state.ts';
import type { InstanceInfo } from './instances/instance-info.ts';

/** What to do where another Portside has the port already. */
export type WhenServed =
  /** Fail, as where another program has it. */
  | 'fail'
  /** Wait, and take over when it goes. */
  | 'wait'
  /** Ask it to make way; it then waits in its turn. */
  | 'take-over';

/** What a gateway is made of. */
export interface GatewayOptions {
  readonly settings: Settings;
  readonly tokens: AccessTokens;
  readonly accounts: Accounts;
  readonly proxy: ProxySettings;
  readonly logger: Logger;
  /** Absolute path of the built bridge, `dist/bridge.js`. */
  readonly bridgePath: string;
  /** Absolute path of the built image converter, `dist/image-converter.js`. */
  readonly imageConverterPath: string;
  /** A private folder (0700) for the named sessions and the bridge's files; made where it is missing. */
  readonly dataFolder: string;
  /** The folder through which all Portsides of this user find each other, whatever their data folder; made where it is missing. */
  readonly instancesFolder: string;
  /** How this one is shown to the others. */
  readonly self: Pick<InstanceInfo, 'kind' | 'name'>;
  readonly whenServed: WhenServed;
  /** Whether this one may take over by itself when the one that serves goes. Asked then. */
  readonly mayTakeOver: () => boolean;
  /** The address of Cursor's service where it is not known yet, instead of `settings.backendUrl`. */
  readonly backendUrl?: Promise<string>;
  /** Takes note of the requests, shared by one gateway after the other; `null` where nobody looks. */
  readonly activity: ActivityRecorder | null;
  /** Portside's own version, for `/health`. */
  readonly version: string;
}

/** Why a gateway is stopped. */
export type StopReason =
  /** The user wants no server: others that wait for the port stop waiting. */
  | 'unwanted'
  /** Its process or window ends, or it starts anew: others may take over. */
  | 'ending';

/** A server with its backend: what both the extension and the CLI start and stop. */
export interface Gateway {
  readonly state: GatewayState;
  /** Calls `listener` after each change of {@link state}; returns the function that ends this. */
  onDidChangeState(listener: (state: GatewayState) => void): () => void;
  /** Once in its life. Resolves when the port listens, cannot, or is another Portside's: look at {@link state}. Never rejects. The bridge may still be starting. */
  start(): Promise<void>;
  /** Asks the Portside that serves to make way. Does nothing in other states than `served-elsewhere`. Resolves when it is clear what came of it; a refusal throws a GatewayError. */
  takeOver(): Promise<void>;
  /** Closes the port, ends open streams with an error, and the bridge within 2 s; connections that linger and an access log on a disk that hangs may take 700 ms more. Safe in any state. */
  stop(reason: StopReason): Promise<void>;
  /** Lets requests in that come under this host name, as through a tunnel that the editor has opened. */
  allowHost(name: string): void;
  /** The conversations of all clients; `null` while nothing is served here. */
  readonly conversations: ConversationRegistry | null;
  /** The models of the default account: empty while nothing is served here or there is no account, the default one where they cannot be listed. Never rejects. */
  listModels(): Promise<readonly Model[]>;
}
