import { homedir } from 'node:os';
import type { ToolConfigFile } from '../../connect/connect-tool.ts';

/** Where the tool of the user of this command looks for its file; `null` where only they know. */
export const findConfigFile = (configFile: ToolConfigFile): string | null =>
  configFile.find({ platform: process.platform, homeFolder: homedir(), variables: process.env });
