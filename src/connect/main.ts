/** The class of what this file throws, once it is built: another one than that of who loads it. */
export { GatewayError } from '../core/gateway-error.ts';
export type {
  Connection,
  ConnectSnippet,
  ConnectStep,
  ConnectTool,
  StepOptions,
  ToolConfigFile,
  ToolEnvironment,
  ToolProbe,
} from './connect-tool.ts';
export { createConfigWriter } from './files/config-writer.ts';
export type { ConfigChange, ConfigUndo, ConfigWriter, PreparedConfig } from './files/config-writer.ts';
export { CONNECT_TOOLS } from './connect-tools.ts';
export { MASK, maskToken } from './mask.ts';
export { MissingCopyError } from './missing-copy-error.ts';
export { maskSecrets } from './mask-secrets.ts';
export { type ProbeOptions, type ProbeResult, runProbe } from './run-probe.ts';
export { toContainerConnection, toToolConnection } from './container-connection.ts';
