import type { GatewayState } from './gateway-state.ts';

/** The state of a gateway with those who listen to it. */
export interface StateHolder {
  readonly current: GatewayState;
  set(state: GatewayState): void;
  onDidChange(listener: (state: GatewayState) => void): () => void;
}

export const createStateHolder = (): StateHolder => {
  const listeners = new Set<(state: GatewayState) => void>();
  let current: GatewayState = { status: 'stopped' };
  return {
    get current() {
      return current;
    },
    set(state) {
      current = state;
      for (const listener of listeners) listener(state);
    },
    onDidChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
};
