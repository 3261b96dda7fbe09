import type { ViewMemory } from '../../tab-view.ts';

/** What a person has chosen to connect. */
export interface ToolSelection {
  readonly toolId: string | null;
  /** `null` for the default one. */
  readonly model: string | null;
}

const MEMORY_KEY = 'connect.selection';

/** What an earlier panel kept; nothing is chosen where that makes no sense. */
export const readSelection = (memory: ViewMemory): ToolSelection => {
  const kept = memory.read(MEMORY_KEY);
  const read = (key: string): string | null => {
    const value: unknown = typeof kept === 'object' && kept !== null ? Reflect.get(kept, key) : null;
    return typeof value === 'string' && value !== '' ? value : null;
  };
  return { toolId: read('toolId'), model: read('model') };
};

export const writeSelection = (memory: ViewMemory, { toolId, model }: ToolSelection): void =>
  memory.write(MEMORY_KEY, { toolId, model });
