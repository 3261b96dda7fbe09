import type { RawSettings } from '../settings-reader.ts';
import { planDockerAccess } from '../network/docker-plan.ts';

const readText = (value: unknown): string => (typeof value === 'string' ? value.trim() : '');

const readTexts = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((each: unknown): each is string => typeof each === 'string') : [];

/** Whether containers on this machine cannot reach the server by its settings. Pure. */
export const needsDockerAccess = (read: RawSettings, platform: NodeJS.Platform): boolean => {
  const { changes } = planDockerAccess({
    platform,
    host: readText(read('host')),
    allowedHosts: readTexts(read('allowedHosts')),
    requireToken: read('requireToken') !== false,
    hasTls: readText(read('tlsCertificatePath')) !== '',
  });
  return Object.keys(changes).length > 0;
};
