import type { AccountInfo } from '../core/account.ts';
import type { ProxyUse } from '../core/backend.ts';
import type { InstanceInfo } from './instances/instance-info.ts';

/** Something that the user should know for as long as the server runs. */
export type GatewayWarning =
  /** Clients need no access token. */
  | 'no-token-required'
  /** Other machines can reach the server. */
  | 'open-to-network'
  /** And what they send is not encrypted. */
  | 'not-encrypted'
  /** The second port, for tools that look for Ollama at its own, is taken or may not be opened. */
  | 'no-ollama-port';

/** What a person needs to know of the server: the one source of the status bar, the panel and the CLI's messages. */
export type GatewayState =
  | { readonly status: 'stopped' }
  | { readonly status: 'starting' }
  | {
      /** The port is open. Requests wait for a bridge that is still starting, and fail while it is down. */
      readonly status: 'running';
      /** Ends in `/v1`. */
      readonly baseUrl: string;
      readonly port: number;
      /** The server at the second port, for tools that look for Ollama at its own, without a path; `null` where there is none. */
      readonly ollamaUrl: string | null;
      /** Answers that are being given, those that wait for their turn included. */
      readonly activeRuns: number;
      /** Runs that wait for their turn: one for each choice that a request wants. */
      readonly queuedRuns: number;
      /** `failed`: it was restarted too often and is given up until the server is started again. */
      readonly bridge: 'starting' | 'connected' | 'unavailable' | 'failed';
      /** Why the bridge is unavailable or failed, written for people; `null` otherwise. */
      readonly bridgeReason: string | null;
      /** The account of requests that name none; `null` where Portside is not signed in: every run will be refused. */
      readonly account: AccountInfo | null;
      readonly proxy: ProxyUse;
      readonly warnings: readonly GatewayWarning[];
    }
  | {
      /** Another Portside has the port. This one takes over when that one goes. */
      readonly status: 'served-elsewhere';
      /** Ends in `/v1`. */
      readonly baseUrl: string;
      readonly port: number;
      /** Who serves; `null` where that is not known, as for another user's. Only who is known can be asked to make way. */
      readonly by: InstanceInfo | null;
    }
  | {
      readonly status: 'failed';
      /**
       * `port_in_use`: another program listens there, or a Portside where this one was not to wait. `cannot_start`: nothing was
       * tried yet at the port.
       */
      readonly code: 'port_in_use' | 'cannot_listen' | 'cannot_start';
      /** What failed and what to do. */
      readonly message: string;
    };
