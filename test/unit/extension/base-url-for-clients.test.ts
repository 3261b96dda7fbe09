import { describe, expect, it } from 'vitest';
import { toBaseUrlForClients } from '../../../src/extension/base-url-for-clients.ts';

const BASE_URL = 'http://127.0.0.1:8765/v1';

describe('base URL for clients', () => {
  it.each([
    ['the desktop', false, false, 'http://unused/', BASE_URL],
    ['a browser', true, true, 'https://workbench.example/proxy/8765/v1', BASE_URL],
    ['a tunnel with the same port', false, true, BASE_URL, BASE_URL],
    ['a tunnel with another port', false, true, 'http://localhost:50123/v1', 'http://localhost:50123/v1'],
    ['a tunnel with a closing slash', false, true, 'http://localhost:50123/v1/', 'http://localhost:50123/v1'],
    ['a tunnel with a name', false, true, 'https://8765.example.dev/v1', 'https://8765.example.dev/v1'],
    ['something else than a web address', false, true, 'vscode-remote://ssh/v1', BASE_URL],
    ['no URL at all', false, true, '', BASE_URL],
  ])('%s', async (_, isWeb, isRemote, external, expected) => {
    expect(await toBaseUrlForClients(BASE_URL, { isWeb, isRemote, asExternalUri: async () => external })).toBe(
      expected,
    );
  });
});
