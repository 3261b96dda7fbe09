import { runProcess } from './run-process.mjs';

/**
 * Runs npm in a folder, free of the settings of the npm that runs this script.
 * @returns {Promise<string>} what it wrote to stdout
 */
export const runNpm = (args, folder) =>
  runProcess('npm could not fetch the Cursor SDK', process.platform === 'win32' ? 'npm.cmd' : 'npm', args, {
    cwd: folder,
    env: Object.fromEntries(Object.entries(process.env).filter(([variable]) => !/^npm_/i.test(variable))),
    shell: process.platform === 'win32',
  });
