import { readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';

export const PROJECT_ROOT = path.resolve(import.meta.dirname, '../../..');

const read = (file: string): unknown => JSON.parse(readFileSync(path.join(PROJECT_ROOT, file), 'utf8'));

const manifestSchema = z.object({
  version: z.string(),
  icon: z.string(),
  activationEvents: z.array(z.string()),
  extensionKind: z.array(z.string()),
  capabilities: z.object({
    untrustedWorkspaces: z.object({ supported: z.literal('limited'), description: z.string() }),
    virtualWorkspaces: z.object({ supported: z.literal(false), description: z.string() }),
  }),
  contributes: z.object({
    commands: z.array(
      z.object({
        command: z.string(),
        title: z.string(),
        category: z.literal('Portside'),
        enablement: z.string().optional(),
      }),
    ),
    menus: z.record(z.string(), z.array(z.object({ command: z.string(), when: z.string() }))),
    configuration: z.array(
      z.object({
        title: z.string(),
        order: z.number(),
        properties: z.record(z.string(), z.record(z.string(), z.unknown())),
      }),
    ),
    walkthroughs: z.array(
      z.object({
        id: z.string(),
        steps: z.array(
          z.object({
            description: z.string(),
            media: z.object({ svg: z.string(), altText: z.string() }),
            completionEvents: z.array(z.string()),
          }),
        ),
      }),
    ),
  }),
});

const texts = z.record(z.string(), z.string()).parse(read('package.nls.json'));

/** The manifest as the file has it, with `%keys%` for texts. */
export const rawManifest: unknown = read('package.json');

/** The texts of the manifest. */
export const manifestTexts: Readonly<Record<string, string>> = texts;

/** The manifest as an editor hands it out: with the texts filled in, as far as there are any. */
export const manifest = manifestSchema.parse(
  JSON.parse(
    JSON.stringify(rawManifest, (_, value: unknown) =>
      typeof value === 'string' ? value.replace(/^%(.+)%$/, (whole, key: string) => texts[key] ?? whole) : value,
    ),
  ),
);
