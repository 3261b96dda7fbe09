import { execFileSync } from 'node:child_process';
import { accessSync, constants, writeFileSync } from 'node:fs';
import path from 'node:path';

/**
 * A command that runs a script on a Node.js that is too old for Portside: one that is installed outside of this
 * repository or, where there is none, this test's own one told to take itself for one.
 */
export const findOldNode = (folderForFiles: string): readonly [command: string, ...args: string[]] => {
  for (const folder of (process.env['PATH'] ?? '').split(path.delimiter)) {
    const file = path.join(folder, 'node');
    if (!folder.includes('node_modules') && isOldNode(file)) return [file];
  }
  const preload = path.join(folderForFiles, 'old-node.cjs');
  writeFileSync(
    preload,
    "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.0.0' } });\n",
  );
  return [process.execPath, '--require', preload];
};

const isOldNode = (file: string): boolean => {
  try {
    accessSync(file, constants.X_OK);
    const [major = 0] = execFileSync(file, ['-p', 'process.versions.node'], { encoding: 'utf8' })
      .split('.')
      .map(Number);
    return major >= 18 && major < 22;
  } catch {
    return false;
  }
};
