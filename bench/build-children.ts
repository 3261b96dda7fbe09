import path from 'node:path';
import { build } from 'esbuild';

const CHILDREN = ['bare-sdk', 'client', 'sse-writer', 'profile-preload'] as const;

/** The files of the children, built. */
export type ChildFiles = Readonly<Record<(typeof CHILDREN)[number], string>>;

/**
 * Builds the children into plain files as `dist/` is built: Node's own handling of TypeScript would cost them memory that
 * the bridge does not need.
 */
export const buildChildren = async (folder: string): Promise<ChildFiles> => {
  await build({
    entryPoints: CHILDREN.map((name) => path.join(import.meta.dirname, `${name}.ts`)),
    outdir: folder,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node22',
    external: ['@cursor/sdk'],
    supported: { 'dynamic-import': false },
    logLevel: 'warning',
  });
  const fileOf = (name: string): string => path.join(folder, `${name}.js`);
  return {
    'bare-sdk': fileOf('bare-sdk'),
    client: fileOf('client'),
    'sse-writer': fileOf('sse-writer'),
    'profile-preload': fileOf('profile-preload'),
  };
};
