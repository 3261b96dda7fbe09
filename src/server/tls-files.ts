import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Settings } from '../config/settings-schema.ts';
import { GatewayError } from '../core/gateway-error.ts';
import type { Logger } from '../core/logger.ts';

/** A certificate with its chain, and its private key; PEM. */
export interface TlsFiles {
  readonly certificate: string;
  readonly key: string;
}

type TlsSettings = Pick<Settings, 'tlsCertificatePath' | 'tlsKeyPath'>;

/** What the two settings are called in errors. */
const CERTIFICATE = 'portside.tlsCertificatePath (PORTSIDE_TLS_CERTIFICATE)';
const KEY = 'portside.tlsKeyPath (PORTSIDE_TLS_KEY)';

/**
 * Reads and checks what to serve `https` with; `null` where the settings name no files. A certificate that is not valid now
 * is taken, with a warning.
 *
 * @throws GatewayError `invalid_request` that names the setting and the file at fault
 */
export const readTlsFiles = async (
  { tlsCertificatePath, tlsKeyPath }: TlsSettings,
  logger: Pick<Logger, 'warn'>,
): Promise<TlsFiles | null> => {
  if (tlsCertificatePath === '' && tlsKeyPath === '') return null;
  if (tlsCertificatePath === '') throw refuse(`${KEY} is set, but ${CERTIFICATE} is not. Set both, or none.`);
  if (tlsKeyPath === '') throw refuse(`${CERTIFICATE} is set, but ${KEY} is not. Set both, or none.`);
  const [certificate, key] = await Promise.all([read(CERTIFICATE, tlsCertificatePath), read(KEY, tlsKeyPath)]);
  const parsed = parseCertificate(certificate, tlsCertificatePath);
  if (!parsed.checkPrivateKey(parseKey(key, tlsKeyPath))) {
    throw refuse(`${KEY}: ${tlsKeyPath} is not the key of the certificate ${tlsCertificatePath}.`);
  }
  const now = Date.now();
  if (Date.parse(parsed.validTo) < now) {
    logger.warn(`The TLS certificate ${tlsCertificatePath} has expired (${parsed.validTo}): clients will refuse it.`);
  } else if (Date.parse(parsed.validFrom) > now) {
    logger.warn(`The TLS certificate ${tlsCertificatePath} is valid only from ${parsed.validFrom} on.`);
  }
  return { certificate, key };
};

const read = async (setting: string, file: string): Promise<string> => {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    throw refuse(`${setting}: ${file} cannot be read: ${code === 'ENOENT' ? 'there is no such file' : code}.`);
  }
};

const parseCertificate = (pem: string, file: string): X509Certificate => {
  try {
    return new X509Certificate(pem);
  } catch {
    throw refuse(`${CERTIFICATE}: ${file} is not a certificate in PEM form.`);
  }
};

const parseKey = (pem: string, file: string): KeyObject => {
  try {
    return createPrivateKey(pem);
  } catch {
    throw refuse(`${KEY}: ${file} is not a private key in PEM form without a passphrase.`);
  }
};

const refuse = (message: string): GatewayError => new GatewayError('invalid_request', message);
