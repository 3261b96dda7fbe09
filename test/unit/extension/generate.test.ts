import { spawnSync } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { findDrift } from '../../../scripts/generate/find-drift.ts';
import { PROJECT_ROOT } from './manifest.ts';

const FILES = [
  'package.json',
  'package.nls.json',
  'docs/settings.md',
  'docs/errors.md',
  'docs/extension-api.md',
  'l10n/bundle.l10n.json',
];

describe('generated files', () => {
  it('are what the sources say', () => {
    const { status, stderr } = spawnSync(process.execPath, ['scripts/generate.ts', '--check'], {
      cwd: PROJECT_ROOT,
      encoding: 'utf8',
      env: { ...process.env, NODE_OPTIONS: '--disable-warning=MODULE_TYPELESS_PACKAGE_JSON' },
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });

  it.each([
    ['package.json', '"default": 8765', '"default": 8766'],
    ['package.nls.json', 'The port that', 'The harbour that'],
    ['docs/settings.md', '`8765`', '`8766`'],
    ['docs/errors.md', '| 504 |', '| 505 |'],
    ['docs/extension-api.md', 'baseUrl: string | null', 'baseUrl: string'],
    ['l10n/bundle.l10n.json', 'The port', 'The harbour'],
  ])('a change by hand of %s is found and undone', async (changed, from, to) => {
    const root = await mkdtemp(path.join(tmpdir(), 'portside-generate-'));
    try {
      for (const file of FILES) await cp(path.join(PROJECT_ROOT, file), path.join(root, file));
      const original = await readFile(path.join(root, changed), 'utf8');
      expect(original).toContain(from);
      await writeFile(path.join(root, changed), original.replace(from, to));
      expect(await findDrift(root)).toEqual([{ file: changed, content: original }]);
    } finally {
      await rm(root, { recursive: true });
    }
  });
});
