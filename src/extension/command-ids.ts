/** Every command of the extension: each is contributed by the manifest and has a handler. */
export const COMMAND_IDS = [
  'portside.toggleServer',
  'portside.startServer',
  'portside.stopServer',
  'portside.restartServer',
  'portside.takeOverServer',
  'portside.copyBaseUrl',
  'portside.copyAccessToken',
  'portside.createAccessToken',
  'portside.revokeAccessToken',
  'portside.rotateAccessToken',
  'portside.signIn',
  'portside.setCursorApiKey',
  'portside.switchAccount',
  'portside.signOut',
  'portside.allowDocker',
  'portside.changePort',
  'portside.openPanel',
  'portside.connectTool',
  'portside.confirmConfigChange',
  'portside.declineConfigChange',
  'portside.showLogs',
  'portside.openSettings',
  'portside.copyDiagnostics',
  'portside.showActions',
] as const;

export type CommandId = (typeof COMMAND_IDS)[number];
