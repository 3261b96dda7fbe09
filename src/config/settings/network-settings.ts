import * as z from 'zod';
import { settingsOf } from '../setting.ts';
import { filePath, wholeNumber } from '../setting-values.ts';

const setting = settingsOf('network');

const HOST_NAME = /^(?:\[[0-9a-fA-F:.]+\]|[^\s:/@?#[\]*,]+)$/;
const ORIGIN = /^[a-zA-Z][a-zA-Z0-9+.-]*:\/\/[^\s/?#@*,]+$/;

/** A list, by commas in variables. Who writes `*` or `null` is told why that is not possible. */
const textList = (pattern: RegExp, message: string, noPatterns: string) =>
  z
    .array(
      z
        .string()
        .trim()
        .refine((text) => !text.includes('*'), { error: noPatterns, abort: true })
        .refine((text) => text.toLowerCase() !== 'null', {
          error: 'Files and sandboxed frames of any site have the origin "null"; it cannot be allowed',
          abort: true,
        })
        .regex(pattern, message),
    )
    .default([]);

/** Who may call the server, and how much they may send. */
export const networkSettings = {
  requireToken: setting(z.boolean('true or false is expected').default(true), {
    markdownDescription:
      'Require an access token. Without, every program on this machine can use your Cursor account; therefore it can only be turned off while `host` is a loopback address, and holds only for requests to the names of this machine itself.',
    scope: 'machine',
    env: 'PORTSIDE_REQUIRE_TOKEN',
  }),
  metricsWithoutToken: setting(z.boolean('true or false is expected').default(false), {
    markdownDescription:
      'Answer `/metrics` without an access token to programs on this machine, such as Prometheus. Numbers only: no prompts, no names of tokens.',
    scope: 'machine',
    env: 'PORTSIDE_METRICS_WITHOUT_TOKEN',
  }),
  allowedHosts: setting(
    textList(
      HOST_NAME,
      'A host name without scheme, port and path is expected, such as host.docker.internal',
      'There are no patterns: list every name by itself, such as host.docker.internal',
    ),
    {
      markdownDescription:
        'Host names under which clients may call this server, besides those of this machine: `host.docker.internal` for containers, or the name that a tunnel or reverse proxy passes on. Without port.',
      scope: 'machine',
      env: 'PORTSIDE_ALLOWED_HOSTS',
    },
  ),
  allowedOrigins: setting(
    textList(
      ORIGIN,
      'An origin is expected: scheme, host and, where it is not the usual one, port, such as https://chat.example:8443',
      'There are no patterns: list every origin by itself, such as https://chat.example:8443',
    ),
    {
      markdownDescription:
        'Web pages that may call this server from a browser, by their origin, such as `http://localhost:3000` (CORS). They need an access token all the same.',
      scope: 'machine',
      env: 'PORTSIDE_ALLOWED_ORIGINS',
    },
  ),
  tlsCertificatePath: setting(filePath(), {
    markdownDescription:
      'The certificate to serve `https` with, with its chain, as the absolute path of a PEM file. Needs `tlsKeyPath`. Empty serves `http`.',
    scope: 'machine',
    env: 'PORTSIDE_TLS_CERTIFICATE',
  }),
  tlsKeyPath: setting(filePath(), {
    markdownDescription: 'The private key of `tlsCertificatePath`, as the absolute path of a PEM file.',
    scope: 'machine',
    env: 'PORTSIDE_TLS_KEY',
  }),
  maxBodyMegabytes: setting(wholeNumber(1, 1000).default(20), {
    markdownDescription:
      'The largest request that is accepted, in megabytes, also after decompression. It holds for a frame of a WebSocket too.',
    scope: 'machine',
    env: 'PORTSIDE_MAX_BODY_MB',
  }),
  maxConnections: setting(wholeNumber(1, 65_535).default(512), {
    markdownDescription: 'How many connections may be open at the same time. Further ones are closed at once.',
    scope: 'machine',
    env: 'PORTSIDE_MAX_CONNECTIONS',
  }),
};
