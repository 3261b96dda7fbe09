import { expect, test } from 'vitest';
import { sha256 } from '../../../src/core/digest.ts';

/** Of FIPS 180-4's examples: https://csrc.nist.gov/projects/cryptographic-standards-and-guidelines/example-values */
const OF_ABC = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';

test.each([['abc'], [Buffer.from('abc')]])('of %j', (data) => {
  expect(sha256(data, 'hex')).toBe(OF_ABC);
  expect(sha256(data, 'base64')).toBe(Buffer.from(OF_ABC, 'hex').toString('base64'));
  expect(sha256(data)).toEqual(Buffer.from(OF_ABC, 'hex'));
});
