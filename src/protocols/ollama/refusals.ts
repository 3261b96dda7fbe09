import { GatewayError } from '../../core/gateway-error.ts';

/** Refuses what manages the models of a machine, such as `/api/pull`. */
export const toNoModelManagement = (path: string): GatewayError =>
  new GatewayError(
    'not_implemented',
    `${path} is not available: the models are Cursor's, so there is nothing to download, upload, create, copy or delete.`,
  );
