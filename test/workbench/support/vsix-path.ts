import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

const rootFolder = path.resolve(import.meta.dirname, '../../..');

/**
 * The package to test: `PORTSIDE_VSIX`, or what `npm run package` makes for this machine.
 * @throws {Error} when it is not there
 */
export const vsixPath = (): string => {
  const named = process.env['PORTSIDE_VSIX'];
  if (named !== undefined) return path.resolve(named);
  const manifest: unknown = JSON.parse(readFileSync(path.join(rootFolder, 'package.json'), 'utf8'));
  const version = typeof manifest === 'object' && manifest !== null && 'version' in manifest ? manifest.version : '';
  const file = path.join(rootFolder, 'dist', `portside-${String(version)}-${process.platform}-${process.arch}.vsix`);
  if (!existsSync(file)) throw new Error(`${file} is not there: run npm run package first.`);
  return file;
};
