export type { ConnectTool } from './connect-tool.ts';
