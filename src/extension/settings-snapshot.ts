import type { SettingName } from '../config/settings-schema.ts';
import type { RawSettings } from './settings-reader.ts';

/** The settings that a running server took over at its start. Listed here, since loading the schema would be slow. */
export const SETTINGS_READ_AT_START = [
  'port',
  'host',
  'defaultModel',
  'requestTimeoutSeconds',
  'nodePath',
  'backendUrl',
  'maxConcurrentRuns',
  'maxQueuedRuns',
  'toolResultTimeoutSeconds',
  'maxHeldRuns',
  'repeatedToolCallLimit',
  'hostedTools',
  'conversationIdleMinutes',
  'maxConversations',
  'sessionIdleMinutes',
  'storedAnswerDays',
  'storedAnswerMegabytes',
  'allowRemoteImages',
  'maxImageMegabytes',
  'defaultReasoningEffort',
  'requireToken',
  'allowedHosts',
  'allowedOrigins',
  'tlsCertificatePath',
  'tlsKeyPath',
  'maxBodyMegabytes',
  'maxConnections',
  'metricsWithoutToken',
  'ollamaPort',
  'modelMap',
  'accessLogPath',
  'accessLogMegabytes',
  'accessLogFiles',
  'passThroughKeys',
] as const satisfies readonly SettingName[];

/** The raw settings that a server starts with, as text to compare: differs as soon as a restart would change something. */
export const takeSettingsSnapshot = (raw: RawSettings): string =>
  JSON.stringify(SETTINGS_READ_AT_START.map((name) => [name, raw(name)]));
