import { GatewayError } from '../core/gateway-error.ts';
import type { ImagePart } from '../core/run-request.ts';

/** An image by the URL that came in the field `param`. @throws GatewayError `invalid_image` for other schemes than data: and https: */
export const toImagePart = (url: string, param: string): ImagePart => {
  if (!/^(?:data:|https:\/\/)/i.test(url)) {
    throw new GatewayError('invalid_image', `${param}: expected a data: or an https: URL.`, { param });
  }
  return { type: 'image', url, param };
};
