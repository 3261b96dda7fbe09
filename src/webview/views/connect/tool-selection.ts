import type { ViewMemory } from '../../tab-view.ts';

/** What a person has chosen to connect. */
export interface ToolSelection {
  readonly toolId: string | null;
  /** `null` for the default one. */
  readonly model: string | null;
  /** Whether tools run in a container, by their ids; those where nothing was chosen are not in it. */
  readonly containers: ReadonlyMap<string, boolean>;
}

const MEMORY_KEY = 'connect.selection';

const readProperty = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, key) : null;

const readContainers = (kept: unknown): ReadonlyMap<string, boolean> =>
  new Map(
    typeof kept === 'object' && kept !== null
      ? Object.entries(kept).filter((entry): entry is [string, boolean] => typeof entry[1] === 'boolean')
      : [],
  );

/** What an earlier panel kept; nothing is chosen where that makes no sense. */
export const readSelection = (memory: ViewMemory): ToolSelection => {
  const kept = memory.read(MEMORY_KEY);
  const read = (key: string): string | null => {
    const value = readProperty(kept, key);
    return typeof value === 'string' && value !== '' ? value : null;
  };
  return { toolId: read('toolId'), model: read('model'), containers: readContainers(readProperty(kept, 'containers')) };
};

export const writeSelection = (memory: ViewMemory, { toolId, model, containers }: ToolSelection): void =>
  memory.write(MEMORY_KEY, { toolId, model, containers: Object.fromEntries(containers) });
