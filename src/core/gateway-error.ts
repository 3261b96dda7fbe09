import { ERROR_SPECS, type ErrorSpec, type GatewayErrorCode } from './error-specs.ts';
import type { RunFailure } from './run-event.ts';

/** A failure that may be shown to a client: its message is written for people and holds no secret. */
export class GatewayError extends Error {
  override readonly name = 'GatewayError';
  readonly code: GatewayErrorCode;
  /** The request field at fault, in OpenAI's notation (`messages[0].role`); `null` where none is. */
  readonly param: string | null;
  /** When another try may work, for the `Retry-After` header; `null` where nobody knows. */
  readonly retryAfterSeconds: number | null;

  constructor(
    code: GatewayErrorCode,
    message: string,
    options: { param?: string | null; retryAfterSeconds?: number | null; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.param = options.param ?? null;
    this.retryAfterSeconds = options.retryAfterSeconds ?? null;
  }

  /** Also what another bundle has thrown, which has a class of its own. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof Error && value.name === 'GatewayError' && 'code' in value;
  }

  /** Status, types and meaning of this kind of failure. */
  get spec(): ErrorSpec {
    return ERROR_SPECS[this.code];
  }

  /** The only door through which a foreign error becomes ours. The foreign message stays in `cause`, for the log alone. */
  static from(error: unknown): GatewayError {
    if (error instanceof GatewayError) return error;
    return new GatewayError('internal_error', 'Portside failed to handle this request. Its log has the details.', {
      cause: error,
    });
  }

  /** Brings a failure back from the other side of a process border. */
  static fromFailure(failure: RunFailure): GatewayError {
    return new GatewayError(failure.code, failure.message, {
      param: failure.code === 'model_not_found' ? 'model' : null,
    });
  }

  /** The form that crosses process borders. */
  toFailure(): RunFailure {
    return { code: this.code, message: this.message };
  }
}
