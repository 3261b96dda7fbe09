import { expect, test } from 'vitest';
import { toContainerBaseUrl, toContainerHint, toContainerSettings } from '../../../src/cli/serve-docker.ts';
import { toWaitingLine, toWelcome } from '../../../src/cli/serve-words.ts';
import { settingsSchema } from '../../../src/config/settings-schema.ts';

const BY = { id: '00000000-0000-4000-8000-000000000000', processId: 42, dataFolderId: 'f' };

test.each([
  { by: null, says: 'another Portside.' },
  { by: { ...BY, kind: 'editor', name: 'orchard' } as const, says: 'the editor window "orchard" (process 42).' },
  { by: { ...BY, kind: 'editor', name: null } as const, says: 'the editor window (process 42).' },
  { by: { ...BY, kind: 'cli', name: null } as const, says: 'the command line (process 42).' },
  { by: { ...BY, kind: 'cli', name: 'a\u001b[2J\nb' } as const, says: 'the command line in "a[2Jb" (process 42).' },
])('one that waits says: $says', ({ by, says }) => {
  const line = toWaitingLine(8765, by);
  expect(line).toBe(
    `portside: Port 8765 is served by ${says} This one takes over when that one goes. Ctrl+C ends it.\n`,
  );
});

const WELCOME = {
  baseUrl: 'http://127.0.0.1:8765/v1',
  ollamaUrl: null,
  accessToken: 'portside_x',
  simulatorUrl: null,
  account: null,
  warnings: [],
  container: null,
};

test.each([
  {
    name: 'an account',
    welcome: { account: { name: 'work', email: 'a@b.example' } },
    says: /^ +Account +work \(a@b\.example\)$/m,
  },
  { name: 'whose email is not known', welcome: { account: { name: 'work', email: null } }, says: /^ +Account +work$/m },
  {
    name: 'whose name is its email',
    welcome: { account: { name: 'a@b.example', email: 'a@b.example' } },
    says: /^ +Account +a@b\.example$/m,
  },
  {
    name: 'the simulator',
    welcome: { simulatorUrl: 'http://127.0.0.1:1' },
    says: /^ +Simulator +http:\/\/127\.0\.0\.1:1$/m,
  },
  {
    name: 'the second port',
    welcome: { ollamaUrl: 'http://127.0.0.1:11434' },
    says: /^ +As Ollama +http:\/\/127\.0\.0\.1:11434$/m,
  },
  {
    name: 'each warning',
    welcome: { warnings: ['One.', 'Two.'] },
    says: /^ {2}Warning: One\.\n {2}Warning: Two\.\n\n/m,
  },
])('the welcome shows $name', ({ welcome, says }) => {
  const text = toWelcome({ ...WELCOME, ...welcome });
  expect(text).toMatch(says);
  expect(text).toMatch(/^ +curl http:\/\/127\.0\.0\.1:8765\/v1\/chat\/completions/m);
});

test.each([
  { platform: 'linux', host: '0.0.0.0', hint: 'docker run --add-host=host.docker.internal:host-gateway …' },
  { platform: 'darwin', host: '127.0.0.1', hint: null },
  { platform: 'win32', host: '127.0.0.1', hint: null },
] as const)('containers are let in on $platform', ({ platform, host, hint }) => {
  const settings = settingsSchema.parse({ allowedHosts: ['mine.example'] });
  expect(toContainerSettings(settings, platform)).toEqual({
    ...settings,
    host,
    allowedHosts: ['mine.example', 'host.docker.internal'],
  });
  expect(toContainerHint(platform)).toBe(hint);
  expect(toContainerBaseUrl('https://127.0.0.1:8765/v1')).toBe('https://host.docker.internal:8765/v1');
});
