// Takes the pictures of docs/images/ of the real extension in a real workbench, in light and dark. It packages the extension
// first, unless PORTSIDE_VSIX names a package. Port 8765 must be free. Names of parts (dark, light, gif) take only those.
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { installExtension } from '../test/workbench/support/installed-extension.ts';
import { recordMainJob } from './screenshots/record-main-job.ts';
import { takePictures } from './screenshots/take-pictures.ts';

const parts = process.argv.slice(2);
const isAsked = (part: string): boolean => parts.length === 0 || parts.includes(part);

if (process.env['PORTSIDE_VSIX'] === undefined) {
  const script = path.join(import.meta.dirname, 'package.mjs');
  const { status } = spawnSync(process.execPath, [script], { stdio: 'inherit' });
  if (status !== 0) process.exit(1);
}
const extension = await installExtension();
try {
  for (const theme of ['dark', 'light'] as const) {
    if (isAsked(theme)) await takePictures(theme, extension.folder);
  }
  if (isAsked('gif')) await recordMainJob(extension.folder);
} finally {
  extension.remove();
}
