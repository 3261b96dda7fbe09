import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { findDrift } from '../../../scripts/generate/find-drift.ts';
import { PROJECT_ROOT } from './manifest.ts';

const CHANGES = [
  ['package.json', '"default": 8765', '"default": 8766'],
  ['package.nls.json', 'The port that', 'The harbour that'],
  ['docs/settings.md', '`8765`', '`8766`'],
  ['docs/errors.md', '| 504 |', '| 505 |'],
  ['docs/openapi.json', '"openapi": "3.1.0"', '"openapi": "3.1.1"'],
  ['docs/api.md', '# The API', '# An API'],
  ['docs/extension-api.md', 'baseUrl: string | null', 'baseUrl: string'],
  ['docs/compatibility.md', '| `logprobs` | refused |', '| `logprobs` | honoured |'],
  ['README.md', '| Refused |', '| Ignored |'],
  ['l10n/bundle.l10n.json', 'The port', 'The harbour'],
] as const;

describe('generated files', () => {
  it('are what the sources say', () => {
    const { status, stderr } = spawnSync(process.execPath, ['scripts/generate.ts', '--check'], {
      cwd: PROJECT_ROOT,
      encoding: 'utf8',
      env: { ...process.env, NODE_OPTIONS: '--disable-warning=MODULE_TYPELESS_PACKAGE_JSON' },
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });

  it('are put right where somebody has changed them by hand', async () => {
    const root = await mkdtemp(path.join(tmpdir(), 'portside-generate-'));
    try {
      const originals = [];
      for (const [file, from, to] of CHANGES) {
        const content = await readFile(path.join(PROJECT_ROOT, file), 'utf8');
        expect(content).toContain(from);
        await mkdir(path.dirname(path.join(root, file)), { recursive: true });
        await writeFile(path.join(root, file), content.replace(from, to));
        originals.push({ file, content });
      }
      expect(await findDrift(root)).toEqual(originals);
    } finally {
      await rm(root, { recursive: true });
    }
  });
});
