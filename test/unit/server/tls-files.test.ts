import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { readTlsFiles } from '../../../src/server/tls-files.ts';
import { createMemoryLogger } from '../../support/memory-logger.ts';
import { createTemporaryFolder } from '../../support/temporary-folder.ts';

const fixture = (name: string): string => path.join(import.meta.dirname, '../../fixtures/tls', name);
const certificate = fixture('certificate.pem');
const key = fixture('key.pem');

const read = async (tlsCertificatePath: string, tlsKeyPath: string) => {
  const logger = createMemoryLogger();
  return { files: await readTlsFiles({ tlsCertificatePath, tlsKeyPath }, logger), lines: logger.lines };
};

describe('readTlsFiles', () => {
  test('reads nothing where nothing is set', async () => {
    expect(await read('', '')).toEqual({ files: null, lines: [] });
  });

  test('reads a certificate with its key', async () => {
    expect(await read(certificate, key)).toEqual({
      files: { certificate: expect.stringContaining('BEGIN CERTIFICATE'), key: expect.stringContaining('PRIVATE KEY') },
      lines: [],
    });
  });

  test.each([
    ['expired.pem', /^warn .*expired\.pem has expired \(Jan {1,2}2 00:00:00 2020 GMT\)/],
    ['future.pem', /^warn .*future\.pem is valid only from Jan {1,2}1 00:00:00 2120 GMT/],
  ])('takes %s with a warning', async (name, line) => {
    const { files, lines } = await read(fixture(name), key);
    expect(files).not.toBeNull();
    expect(lines).toEqual([expect.stringMatching(line)]);
  });

  test.each<[name: string, certificatePath: string, keyPath: string, message: RegExp]>([
    ['a certificate alone', certificate, '', /portside\.tlsCertificatePath .* is set, but portside\.tlsKeyPath/],
    ['a key alone', '', key, /portside\.tlsKeyPath .* is set, but portside\.tlsCertificatePath/],
    ['no certificate there', '/nowhere/c.pem', key, /PORTSIDE_TLS_CERTIFICATE\): \/nowhere\/c\.pem .* no such file/],
    ['no key there', certificate, '/nowhere/k.pem', /PORTSIDE_TLS_KEY\): \/nowhere\/k\.pem .* no such file/],
    ['a folder', import.meta.dirname, key, /cannot be read: EISDIR/],
    ['a key for a certificate', key, key, /key\.pem is not a certificate in PEM form/],
    ['a certificate for a key', certificate, certificate, /certificate\.pem is not a private key in PEM form/],
    ['some other file', fixture('README.md'), key, /README\.md is not a certificate/],
  ])('refuses %s', async (_name, certificatePath, keyPath, message) => {
    await expect(read(certificatePath, keyPath)).rejects.toThrow(message);
  });

  test.each<[name: string, passphrase: string | null, message: RegExp]>([
    ['another key', null, /is not the key of the certificate/],
    ['a key with a passphrase', 'secret', /without a passphrase/],
  ])('refuses %s', async (_name, passphrase, message) => {
    using folder = createTemporaryFolder();
    const file = folder.join('key.pem');
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
    const encryption = passphrase === null ? {} : { cipher: 'aes-256-cbc', passphrase };
    writeFileSync(file, privateKey.export({ type: 'pkcs8', format: 'pem', ...encryption }));
    await expect(read(certificate, file)).rejects.toThrow(message);
  });
});
