import type { GatewayError } from '../core/gateway-error.ts';

/** The HTTP status of an error on the wires that tell of every body they cannot use in the same way: 400. */
export const toStatusWithout422 = ({ spec }: Pick<GatewayError, 'spec'>): number =>
  spec.status === 422 ? 400 : spec.status;
