import type { BackendState } from '../../core/backend.ts';
import { type CredentialSource, DEFAULT_ACCOUNT } from '../../core/credential-source.ts';
import type { Logger } from '../../core/logger.ts';
import type { BridgeProcess } from './bridge-process.ts';
import type { BridgeTimeouts } from './bridge-timeouts.ts';
import { prewarmRequest } from './protocol.ts';

/** Makes a process ready for its first run, so that nobody waits for that. */
export interface WarmUp {
  readonly warmth: BackendState['warmth'];
  /** Warms this process up; no other counts from now on. Never rejects. */
  begin(bridge: BridgeProcess): Promise<void>;
  /** Tries again where it has failed, some seconds ago at least. */
  retry(): void;
  /** Cursor has begun a run of this process: there is nothing left to do. */
  noteRun(bridge: BridgeProcess): void;
  /** There is no process that takes requests. */
  clear(): void;
}

export const createWarmUp = ({
  credentials,
  logger,
  timeouts,
}: {
  readonly credentials: Pick<CredentialSource, 'select'>;
  readonly logger: Logger;
  readonly timeouts: Pick<BridgeTimeouts, 'warmUpRetryMs'>;
}): WarmUp => {
  let current: BridgeProcess | null = null;
  let warmth: BackendState['warmth'] = 'cold';
  let isTrying = false;
  let failedAt = 0;

  const isWarmedUp = async ({ connection }: BridgeProcess): Promise<boolean> => {
    try {
      const [{ apiKey }] = await credentials.select(DEFAULT_ACCOUNT);
      const { error } = await connection.sendRequest(prewarmRequest, { apiKey });
      if (error !== null) logger.warn(`The Cursor SDK could not be warmed up: ${error.message}`, { code: error.code });
      return error === null;
    } catch {
      logger.debug('The Cursor SDK was not warmed up.');
      return false;
    }
  };
  const attempt = async (bridge: BridgeProcess): Promise<void> => {
    isTrying = true;
    const isWarm = await isWarmedUp(bridge);
    if (bridge !== current) return;
    isTrying = false;
    failedAt = performance.now();
    // A run may have been faster.
    if (warmth !== 'warm') warmth = isWarm ? 'warm' : 'failed';
  };

  return {
    get warmth() {
      return warmth;
    },
    begin(bridge) {
      current = bridge;
      warmth = 'cold';
      return attempt(bridge);
    },
    retry() {
      if (current === null || isTrying || warmth !== 'failed') return;
      if (performance.now() - failedAt >= timeouts.warmUpRetryMs) void attempt(current);
    },
    noteRun(bridge) {
      if (bridge === current) warmth = 'warm';
    },
    clear() {
      current = null;
      warmth = 'cold';
    },
  };
};
