import type { PortsideApiErrorCode } from './portside-api.ts';

/** A failure that another extension is told: its message is written for people and holds no secret. */
export class PortsideApiError extends Error {
  override readonly name = 'PortsideApiError';
  readonly code: PortsideApiErrorCode;

  constructor(code: PortsideApiErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
