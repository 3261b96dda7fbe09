/** Every command of the extension: each is contributed by the manifest and has a handler. */
export const COMMAND_IDS = [
  'portside.toggleServer',
  'portside.startServer',
  'portside.stopServer',
  'portside.restartServer',
  'portside.copyBaseUrl',
  'portside.copyAccessToken',
  'portside.showLogs',
  'portside.showActions',
  'portside.changePort',
  'portside.setCursorApiKey',
  'portside.removeCursorApiKey',
] as const;

export type CommandId = (typeof COMMAND_IDS)[number];
