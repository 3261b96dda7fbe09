import { GatewayError } from '../core/gateway-error.ts';

/**
 * The failure of one image, told without the request field: {@link GatewayError} `invalid_image` once the field is known.
 * The message is written for people and says what to do.
 */
export class ImageError extends Error {
  override readonly name = 'ImageError';

  /** The form for clients. `param` is the request field of the image. */
  toGatewayError(param: string): GatewayError {
    return new GatewayError('invalid_image', this.message, { param, cause: this });
  }
}
