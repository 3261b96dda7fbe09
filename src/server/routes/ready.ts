import type { RequestHandler } from 'express';
import type { AccountInfo } from '../../core/account.ts';
import type { Backend } from '../../core/backend.ts';

/** How long a warm-up that has failed is left alone. */
const WARM_UP_INTERVAL_MS = 30_000;

/** What `/ready` looks at. */
export interface ReadinessFacts {
  /** The account that requests use which name none; `null` while there is none. */
  readonly account: () => Pick<AccountInfo, 'status'> | null;
  /** Whether clients may bring keys of their own, so that no account is needed. */
  readonly allowsOwnKeys: boolean;
}

/** Why no request can be answered now. Told in public: nothing of the user's own. */
interface Obstacle {
  readonly reason: 'starting' | 'restarting' | 'stopped' | 'failed' | 'signed_out' | 'warming_up' | 'warm_up_failed';
  readonly message: string;
  readonly retryAfterSeconds: number;
}

/**
 * `GET /ready`: public, for readiness probes. 200 when a request would be answered at once: the bridge is connected and warmed
 * up, and somebody is signed in. Otherwise 503 with the reason.
 */
export const ready = ({
  backend,
  ...facts
}: ReadinessFacts & { readonly backend: Pick<Backend, 'state' | 'warmUp'> }): RequestHandler => {
  let warmedUpAt = -Infinity;
  return (_request, response) => {
    const obstacle = findObstacle(backend.state, facts);
    response.setHeader('Cache-Control', 'no-store');
    if (obstacle === null) {
      response.json({ status: 'ready' });
      return;
    }
    // Nobody else would try again before the next run; but anybody may ask, and each try costs a call to Cursor.
    if (obstacle.reason === 'warm_up_failed' && performance.now() - warmedUpAt >= WARM_UP_INTERVAL_MS) {
      warmedUpAt = performance.now();
      backend.warmUp();
    }
    const { retryAfterSeconds, ...told } = obstacle;
    response.status(503).setHeader('Retry-After', String(retryAfterSeconds));
    response.json({ status: 'not_ready', ...told });
  };
};

const findObstacle = (
  { status, warmth }: Backend['state'],
  { account, allowsOwnKeys }: ReadinessFacts,
): Obstacle | null => {
  if (status !== 'ready') return BRIDGE_OBSTACLES[status];
  const accountStatus = account()?.status ?? null;
  const isSignedOut = accountStatus === null || accountStatus === 'expired' || accountStatus === 'refused';
  // Without an account there is nothing to warm up with.
  if (isSignedOut) return allowsOwnKeys ? null : SIGNED_OUT;
  switch (warmth) {
    case 'warm':
      return null;
    case 'cold':
      return WARMING_UP;
    case 'failed':
      return WARM_UP_FAILED;
  }
};

const BRIDGE_OBSTACLES: Readonly<Record<Exclude<Backend['state']['status'], 'ready'>, Obstacle>> = {
  starting: {
    reason: 'starting',
    message: 'The process that holds the Cursor SDK is starting.',
    retryAfterSeconds: 2,
  },
  restarting: {
    reason: 'restarting',
    message: 'The process that holds the Cursor SDK has ended and is being started again.',
    retryAfterSeconds: 2,
  },
  stopped: {
    reason: 'stopped',
    message: 'The process that holds the Cursor SDK is not running. Start Portside again.',
    retryAfterSeconds: 30,
  },
  failed: {
    reason: 'failed',
    message: 'The process that holds the Cursor SDK could not be kept running. The log of Portside says why.',
    retryAfterSeconds: 30,
  },
};

const SIGNED_OUT: Obstacle = {
  reason: 'signed_out',
  message:
    'No Cursor account can be used. Sign in by the command "Portside: Sign In to Cursor" or `portside auth login`, or set CURSOR_API_KEY.',
  retryAfterSeconds: 30,
};

const WARMING_UP: Obstacle = {
  reason: 'warming_up',
  message: 'The Cursor SDK is being warmed up.',
  retryAfterSeconds: 2,
};

const WARM_UP_FAILED: Obstacle = {
  reason: 'warm_up_failed',
  message: 'The Cursor SDK could not be warmed up; the log of Portside says why. It is tried again.',
  retryAfterSeconds: 30,
};
