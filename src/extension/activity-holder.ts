import path from 'node:path';
import type { ActivityLog } from '../core/request-activity.ts';
import type { UsageCounter } from '../core/daily-usage.ts';
import type { Logger } from '../core/logger.ts';
import type { GatewayOptions } from '../host/gateway.ts';
import { loadGateway } from './load-gateway.ts';

/** The extension's one log of requests, which outlives the gateways that write it. */
export interface ActivityHolder {
  /** `null` until it was opened. */
  readonly log: ActivityLog | null;
  /** Loads the server code at the first use. */
  open(): Promise<GatewayOptions['activity']>;
  /** Calls `listener` once it was opened. Returns the function that ends this. */
  onDidOpen(listener: () => void): () => void;
  close(): void;
}

/** @param folder where `usage.db` is, or will be: shared by all Portsides of this editor */
export const createActivityHolder = ({ folder, logger }: { folder: string; logger: Logger }): ActivityHolder => {
  const listeners = new Set<() => void>();
  let log: GatewayOptions['activity'] | null = null;
  let counter: UsageCounter | null = null;
  let isClosed = false;

  return {
    get log() {
      return log;
    },
    async open() {
      const host = await loadGateway();
      if (isClosed) throw new Error('The extension has ended.');
      if (log !== null) return log;
      counter = host.openUsageCounter(path.join(folder, 'usage.db'), logger);
      log = host.createActivityLog({ counter });
      for (const listener of listeners) listener();
      return log;
    },
    onDidOpen(listener) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    close() {
      isClosed = true;
      listeners.clear();
      counter?.close();
    },
  };
};
