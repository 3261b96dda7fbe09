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

/** What the log has in place of a secret. */
const SECRET_REMARK = '(left out)';

/** Quotes for a POSIX shell. */
const quote = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;

/**
 * A request as a `curl` command for a POSIX shell. The access token is left to the variable `PORTSIDE_TOKEN`; a body that was
 * not captured is left to the user, whom `missingBody` tells so. Pure.
 *
 * @param baseUrl ends in `/v1`
 */
export const toCurl = (
  request: RequestDetail,
  { baseUrl, missingBody }: { readonly baseUrl: string; readonly missingBody: string },
): string => {
  const body = request.capture?.requestBody ?? null;
  const hasBody = request.method !== 'GET' && request.method !== 'HEAD' && request.method !== 'DELETE';
  const headers = request.requestHeaders.filter(
    ([name, value]) => !LEFT_OUT.has(name.toLowerCase()) && value !== SECRET_REMARK,
  );
  const lines = [
    `curl ${request.isStream ? '--no-buffer ' : ''}${quote(new URL(request.path, baseUrl).href)}`,
    ...(request.method === (body === null ? 'GET' : 'POST') ? [] : [`--request ${quote(request.method)}`]),
    '--header "Authorization: Bearer $PORTSIDE_TOKEN"',
    ...headers.map(([name, value]) => `--header ${quote(`${name}: ${value}`)}`),
    ...(body === null ? [] : [`--data-raw ${quote(body)}`]),
  ];
  const remark = hasBody && body === null ? `# ${missingBody.replaceAll(/\s+/g, ' ')}\n` : '';
  return `${remark}${lines.join(' \\\n  ')}\n`;
};
