import { readdirSync } from 'node:fs';
import path from 'node:path';
import type { Settings } from '../../config/settings-schema.ts';
import type { Logger } from '../../core/logger.ts';
import { toBaseUrl, toOwnAddress } from '../../host/base-url.ts';
import { identifyOccupant } from '../../host/instances/identify-occupant.ts';
import { createInstanceRegistry } from '../../host/instances/instance-registry.ts';

/** Where tools reach Portside. */
export interface FoundServer {
  /** The one that serves; `null` where none does, and the address is that of the settings. */
  readonly running: { readonly kind: 'editor' | 'cli'; readonly name: string | null } | null;
  readonly baseUrl: string;
  /** What has the port of the settings where none of this user's Portsides serves. */
  readonly occupant: 'nobody' | 'portside' | 'other';
}

/** Finds the Portside of this user that serves; of several, the one at the port of the settings, else one of a command. */
export const findServer = async (
  settings: Settings,
  home: string,
  logger: Logger,
  signal: AbortSignal,
): Promise<FoundServer> => {
  const folder = path.join(home, 'instances');
  const registry = createInstanceRegistry({ folder, logger });
  const instances = listIds(folder)
    .flatMap((id) => registry.find(id) ?? [])
    .filter(({ isUnwanted }) => !isUnwanted)
    .toSorted((one, other) => rank(one, settings.port) - rank(other, settings.port));
  const isEncrypted = settings.tlsCertificatePath !== '';
  const hosts = new Set([toOwnAddress(settings.host), '127.0.0.1']);
  for (const { id, kind, name, port } of instances) {
    for (const host of hosts) {
      // What its file says may be over: only its answer counts.
      const occupant = await identifyOccupant({ host, port, isEncrypted }, signal);
      signal.throwIfAborted();
      if (occupant.kind === 'portside' && occupant.instanceId === id) {
        return { occupant: 'nobody', running: { kind, name }, baseUrl: toBaseUrl(host, port, occupant.isEncrypted) };
      }
    }
  }
  const { host, port } = settings;
  const found = await identifyOccupant({ host: toOwnAddress(host), port, isEncrypted }, signal);
  signal.throwIfAborted();
  const isPortside = found.kind === 'portside';
  return {
    running: null,
    baseUrl: toBaseUrl(host, port, isPortside ? found.isEncrypted : isEncrypted),
    occupant: isPortside || found.kind === 'nobody' ? found.kind : 'other',
  };
};

const rank = ({ port, kind }: { readonly port: number; readonly kind: string }, wanted: number): number =>
  (port === wanted ? 0 : 2) + (kind === 'cli' ? 0 : 1);

const listIds = (folder: string): readonly string[] => {
  try {
    return readdirSync(folder).flatMap((name) => (name.endsWith('.json') ? name.slice(0, -'.json'.length) : []));
  } catch {
    return [];
  }
};
