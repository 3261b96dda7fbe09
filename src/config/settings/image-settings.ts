import * as z from 'zod';
import { settingsOf } from '../setting.ts';
import { wholeNumber } from '../setting-values.ts';

const setting = settingsOf('images');

/** Images in messages. */
export const imageSettings = {
  allowRemoteImages: setting(z.boolean('true or false is expected').default(false), {
    markdownDescription:
      'Fetch images that a request names by an `https` address. Addresses of private networks are never fetched.',
    scope: 'machine',
    env: 'PORTSIDE_ALLOW_REMOTE_IMAGES',
  }),
  maxImageMegabytes: setting(wholeNumber(1, 20).default(8), {
    markdownDescription: 'The largest image that is accepted, in megabytes.',
    scope: 'window',
    env: 'PORTSIDE_MAX_IMAGE_MB',
  }),
};
