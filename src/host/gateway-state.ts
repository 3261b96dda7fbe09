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
      readonly activeRuns: number;
      /** `failed`: it was restarted too often and is given up until the server is started again. */
      readonly bridge: 'starting' | 'connected' | 'unavailable' | 'failed';
      /** Why the bridge is unavailable or failed, written for people; `null` otherwise. */
      readonly bridgeReason: string | null;
      /** No Cursor API key is there: every run will be refused. */
      readonly isSignedOut: boolean;
    }
  | {
      readonly status: 'failed';
      /** `port_in_use`: another program, or another Portside, listens there. `cannot_start`: nothing was tried yet at the port. */
      readonly code: 'port_in_use' | 'cannot_listen' | 'cannot_start';
      /** What failed and what to do. */
      readonly message: string;
    };
