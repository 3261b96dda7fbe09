/** The editor's secret storage in memory. */
export const createMemorySecretStorage = (entries: Record<string, string> = {}) => {
  const values = new Map(Object.entries(entries));
  const listeners = new Set<(event: { key: string }) => unknown>();
  const changed = (key: string): void => {
    for (const listener of listeners) listener({ key });
  };
  return {
    values,
    keys: async () => [...values.keys()],
    get: async (key: string) => values.get(key),
    async store(key: string, value: string) {
      values.set(key, value);
      changed(key);
    },
    async delete(key: string) {
      values.delete(key);
      changed(key);
    },
    onDidChange(listener: (event: { key: string }) => unknown) {
      listeners.add(listener);
      return { dispose: () => listeners.delete(listener) };
    },
  };
};
