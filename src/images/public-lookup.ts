import { lookup } from 'node:dns';
import type { LookupFunction } from 'node:net';

/** The error code of a host whose addresses may not be reached. */
export const PRIVATE_ADDRESS = 'ERR_PRIVATE_ADDRESS';

/** The failure to connect to a host whose addresses may not be reached. */
export const createPrivateAddressError = (): NodeJS.ErrnoException =>
  Object.assign(new Error('The host has no address that may be reached.'), { code: PRIVATE_ADDRESS });

/**
 * A name lookup for sockets that yields only the addresses that `isAllowed` lets through. The socket connects to what it
 * yields, so a name that changes its address in between gains nothing.
 */
export const createPublicLookup =
  (isAllowed: (address: string) => boolean): LookupFunction =>
  (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, addresses) => {
      if (error !== null) {
        callback(error, '');
        return;
      }
      const allowed = addresses.filter(({ address }) => isAllowed(address));
      const [first] = allowed;
      if (first === undefined) callback(createPrivateAddressError(), '');
      else if (options.all === true) callback(null, allowed);
      else callback(null, first.address, first.family);
    });
  };
