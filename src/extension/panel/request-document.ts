import type { RequestDetail, ShownHeader } from '../../core/request-activity.ts';
import { redactSecrets } from '../diagnostics/redact.ts';

const parseJson = (text: string | null): unknown => {
  if (text === null) return null;
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    return text;
  }
};

const redact = (text: string | null): string | null => (text === null ? null : redactSecrets(text));

const redactHeaders = (headers: readonly ShownHeader[]): readonly ShownHeader[] =>
  headers.map(([name, value]) => [name, redact(value)]);

/**
 * All that is known of a request as a JSON document; bodies that are JSON as such. Secrets are taken out of what is kept of
 * every request; what was captured is as it came, since its user wants to see that. Headers are pairs, as one may come twice;
 * `null` is the value of one that was left out. Pure.
 */
export const toRequestDocument = (request: RequestDetail): string => {
  const { capture } = request;
  const document = {
    ...request,
    startedAt: new Date(request.startedAt).toISOString(),
    path: redactSecrets(request.path),
    requestHeaders: redactHeaders(request.requestHeaders),
    responseHeaders: redactHeaders(request.responseHeaders),
    errorMessage: redact(request.errorMessage),
    capture:
      capture === null
        ? null
        : {
            ...capture,
            requestBody: parseJson(capture.requestBody),
            responseBody: parseJson(capture.responseBody),
          },
  };
  return `${JSON.stringify(document, null, 2)}\n`;
};
