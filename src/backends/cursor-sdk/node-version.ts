/** The oldest Node.js that the SDK runs on. */
export const MINIMUM_NODE_VERSION = '22.14.0';

/** Whether a version such as `24.1.0` is at least {@link MINIMUM_NODE_VERSION}. */
export const isNodeRecentEnough = (version: string): boolean => {
  const actual = toNumbers(version);
  const minimum = toNumbers(MINIMUM_NODE_VERSION);
  for (const [index, wanted] of minimum.entries()) {
    const difference = (actual[index] ?? 0) - wanted;
    if (difference !== 0) return difference > 0;
  }
  return true;
};

const toNumbers = (version: string): readonly number[] => version.split('.').map((part) => Number.parseInt(part, 10));

/**
 * The versions whose `fetch`, `http` and `https` obey `NODE_USE_ENV_PROXY`, for people: https://nodejs.org/api/cli.html#node_use_env_proxy1.
 * What a process can do is not told by these: it looks for itself.
 */
export const PROXY_NODE_VERSIONS = '22.21 or newer, or 24.5 or newer';
