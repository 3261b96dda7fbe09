/** This many crashes within {@link CRASH_WINDOW_MS} are one too many: the bridge gives up. */
export const MAX_CRASHES = 5;
export const CRASH_WINDOW_MS = 3 * 60_000;

/** Restarts never wait longer than this. */
const MAX_BACKOFF_MS = 5_000;

/**
 * Where the child process is in its life. `child` numbers the processes of this backend: an input about an older one than
 * the current is late news and changes nothing.
 */
export interface SupervisorState {
  readonly status: 'stopped' | 'starting' | 'ready' | 'retiring' | 'backoff' | 'failed';
  readonly child: number;
  /** How many children have followed another that was not stopped by hand. */
  readonly restarts: number;
  /** Whether a child has been ready since the last start by hand: what follows is a restart. */
  readonly wasReady: boolean;
  /** When children crashed, in milliseconds of any clock that only goes forward. */
  readonly crashTimesMs: readonly number[];
  /** Why there is no child, written for people; `null` where all is well. */
  readonly reason: string | null;
}

/** What can happen to a supervisor. */
export type SupervisorInput =
  | { readonly type: 'start' }
  | { readonly type: 'stop' }
  /** The child has answered the handshake. */
  | { readonly type: 'initialized'; readonly child: number }
  /** The child has ended, or is as good as ended, without having been asked to. */
  | { readonly type: 'crashed'; readonly child: number; readonly reason: string; readonly nowMs: number }
  /** No child can be started until a person changes something. */
  | { readonly type: 'cannot-start'; readonly child: number; readonly reason: string }
  /** The child works but should be replaced while nothing runs in it. */
  | { readonly type: 'worn-out'; readonly child: number }
  /** The child has ended as it was asked to. */
  | { readonly type: 'ended'; readonly child: number }
  | { readonly type: 'backoff-over'; readonly child: number };

/** What the owner of the reducer has to do. */
export type SupervisorEffect =
  | { readonly type: 'fork'; readonly child: number }
  | { readonly type: 'kill'; readonly child: number }
  /** End the child politely, then by force. */
  | { readonly type: 'shut-down'; readonly child: number }
  /** Give back `backoff-over` after `delayMs`. */
  | { readonly type: 'schedule'; readonly child: number; readonly delayMs: number };

export interface SupervisorStep {
  readonly state: SupervisorState;
  readonly effects: readonly SupervisorEffect[];
}

export const INITIAL_SUPERVISOR_STATE: SupervisorState = {
  status: 'stopped',
  child: 0,
  restarts: 0,
  wasReady: false,
  crashTimesMs: [],
  reason: null,
};

/**
 * The life of the child as a pure function: `stopped → starting → ready → backoff → starting …`, and `failed` after
 * {@link MAX_CRASHES} crashes within {@link CRASH_WINDOW_MS} or where no child can be started at all. `retiring` is a
 * worn-out child on its way out, with a fresh one to follow.
 */
export const superviseBridge = (
  state: SupervisorState,
  input: SupervisorInput,
  options: { readonly backoffMs: number },
): SupervisorStep => {
  switch (input.type) {
    case 'start':
      return state.status === 'stopped' || state.status === 'failed'
        ? fork({ ...INITIAL_SUPERVISOR_STATE, child: state.child, restarts: state.restarts })
        : unchanged(state);
    case 'stop':
      return stop(state);
    case 'backoff-over':
      return state.status === 'backoff' && input.child === state.child ? restart(state) : unchanged(state);
    case 'initialized':
      return isAlive(state) && input.child === state.child
        ? { state: { ...state, status: 'ready', wasReady: true, reason: null }, effects: [] }
        : unchanged(state);
    case 'worn-out':
      return state.status === 'ready' && input.child === state.child
        ? { state: { ...state, status: 'retiring' }, effects: [{ type: 'shut-down', child: state.child }] }
        : unchanged(state);
    case 'ended':
      return state.status === 'retiring' && input.child === state.child ? restart(state) : unchanged(state);
    case 'cannot-start':
      return isAlive(state) && input.child === state.child
        ? {
            state: { ...state, status: 'failed', reason: input.reason },
            effects: [{ type: 'kill', child: state.child }],
          }
        : unchanged(state);
    case 'crashed':
      return isAlive(state) && input.child === state.child
        ? crash(state, input.reason, input.nowMs, options.backoffMs)
        : unchanged(state);
  }
};

const isAlive = (state: SupervisorState): boolean =>
  state.status === 'starting' || state.status === 'ready' || state.status === 'retiring';

const unchanged = (state: SupervisorState): SupervisorStep => ({ state, effects: [] });

const fork = (state: SupervisorState): SupervisorStep => {
  const child = state.child + 1;
  return { state: { ...state, status: 'starting', child }, effects: [{ type: 'fork', child }] };
};

const restart = (state: SupervisorState): SupervisorStep => fork({ ...state, restarts: state.restarts + 1 });

const stop = (state: SupervisorState): SupervisorStep => ({
  state: { ...INITIAL_SUPERVISOR_STATE, child: state.child, restarts: state.restarts },
  effects: isAlive(state) ? [{ type: 'shut-down', child: state.child }] : [],
});

/** The dead child is killed too: it may be hanging, or have left children of its own. */
const crash = (state: SupervisorState, reason: string, nowMs: number, backoffMs: number): SupervisorStep => {
  const crashTimesMs = [...state.crashTimesMs.filter((timeMs) => nowMs - timeMs < CRASH_WINDOW_MS), nowMs];
  const kill = { type: 'kill', child: state.child } as const;
  if (crashTimesMs.length >= MAX_CRASHES) {
    const failure = `The bridge ended ${crashTimesMs.length} times within ${CRASH_WINDOW_MS / 60_000} minutes and is not restarted any more. The last time: ${reason}`;
    return { state: { ...state, status: 'failed', crashTimesMs, reason: failure }, effects: [kill] };
  }
  const delayMs = Math.min(backoffMs * 2 ** (crashTimesMs.length - 1), MAX_BACKOFF_MS);
  return {
    state: { ...state, status: 'backoff', crashTimesMs, reason },
    effects: [kill, { type: 'schedule', child: state.child, delayMs }],
  };
};
