import type { GatewayErrorCode } from '../../core/error-specs.ts';

/** Failures that come from Cursor, its models or the bridge, wherever they show. A mistake of a client is none of them. */
export const UPSTREAM_CODES = [
  'bridge_unavailable',
  'cursor_sign_in_expired',
  'cursor_sign_in_required',
  'model_output_invalid',
  'permission_denied',
  'rate_limited',
  'timeout',
  'upstream_error',
  'upstream_unavailable',
] as const satisfies readonly GatewayErrorCode[];

export type UpstreamCode = (typeof UPSTREAM_CODES)[number];

/**
 * The code of a failure where it comes from upstream; `null` for any other.
 *
 * @param isOfRun Whether a run has failed with it: `permission_denied` is Cursor's word then, and the guard's otherwise.
 */
export const toUpstreamCode = (code: GatewayErrorCode, isOfRun: boolean): UpstreamCode | null => {
  if (code === 'permission_denied' && !isOfRun) return null;
  return UPSTREAM_CODES.find((each) => each === code) ?? null;
};
