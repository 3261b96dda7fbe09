import { readFileSync } from 'node:fs';
import path from 'node:path';
import { REPOSITORY_FOLDER } from '../../support/portside-cli.ts';

/** What the tests change in an `opencode.json`. */
export interface OpenCodeConfig {
  model: string;
  provider: Record<string, OpenCodeProvider>;
}

export interface OpenCodeProvider {
  options: { baseURL: string };
  models: Record<string, object>;
}

/** The `opencode.json` that the README tells its readers to write. */
export const readReadmeConfig = (): OpenCodeConfig => {
  const readme = readFileSync(path.join(REPOSITORY_FOLDER, 'README.md'), 'utf8');
  const [, json] = /^## OpenCode$[^]*?^```json$([^]*?)^```$/m.exec(readme) ?? [];
  if (json === undefined) throw new Error('The README has no opencode.json.');
  return JSON.parse(json) as OpenCodeConfig;
};
