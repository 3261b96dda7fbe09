import type { RequestDetail } from '../../core/request-activity.ts';

/** Headers that curl makes itself, or that would be wrong for another request. */
const LEFT_OUT = new Set([
  'accept-encoding',
  'api-key',
  'authorization',
  'connection',
  'content-length',
  'cookie',
  'expect',
  'host',
  'idempotency-key',
  'keep-alive',
  'proxy-authorization',
  'proxy-connection',
  'transfer-encoding',
  'upgrade',
  'x-api-key',
  'x-request-id',
]);

/**
 * Put together as text: a path comes from whoever has sent the request, and one such as `//example.org/` or
 * `http://example.org/` would replace the host, and have the token sent there. Brackets, as of `[redacted]`, would be patterns to
 * curl.
 */
const toUrl = (path: string, baseUrl: string): string =>
  `${baseUrl.replace(/\/v1\/?$/, '')}${path.startsWith('/') ? '' : '/'}${path.replaceAll(/[[\]{}]/g, encodeURIComponent)}`;

/** Quotes for a POSIX shell. */
const quote = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;

const isLeftOut = (header: string): boolean =>
  LEFT_OUT.has(header.toLowerCase()) || header.toLowerCase().startsWith('sec-websocket-');

/**
 * A request as a `curl` command for a POSIX shell; a frame of a WebSocket as the `POST` that asks for the same. The access
 * token is left to the variable `PORTSIDE_TOKEN`; a body that was not captured, or not as a whole, is left to the user, whom
 * `missingBody` or `cutBody` tells so. Headers whose value the log has left out are too, and so is the query: it is not
 * recorded, on purpose, as it may hold what lets somebody in. Pure.
 *
 * @param baseUrl ends in `/v1`
 */
export const toCurl = (
  request: RequestDetail,
  words: { readonly baseUrl: string; readonly missingBody: string; readonly cutBody: string },
): string => {
  const { baseUrl, missingBody, cutBody } = words;
  const isCut = request.capture?.isTruncated ?? false;
  const body = isCut ? null : (request.capture?.requestBody ?? null);
  const isSocket = request.method === 'WS';
  const method = isSocket ? 'POST' : request.method;
  const hasBody = method !== 'GET' && method !== 'HEAD' && method !== 'DELETE';
  const headers = request.requestHeaders.filter(([name, value]) => !isLeftOut(name) && value !== null);
  const lines = [
    `curl ${request.isStream ? '--no-buffer ' : ''}${quote(toUrl(request.path, baseUrl))}`,
    ...(method === (body === null ? 'GET' : 'POST') ? [] : [`--request ${quote(method)}`]),
    ...(isSocket ? [`--header 'Content-Type: application/json'`] : []),
    '--header "Authorization: Bearer $PORTSIDE_TOKEN"',
    ...headers.map(([name, value]) => `--header ${quote(`${name}: ${value}`)}`),
    ...(body === null ? [] : [`--data-raw ${quote(body)}`]),
  ];
  const remark = hasBody && body === null ? `# ${(isCut ? cutBody : missingBody).replaceAll(/\s+/g, ' ')}\n` : '';
  return `${remark}${lines.join(' \\\n  ')}\n`;
};
