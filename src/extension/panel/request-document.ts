import type { RequestDetail } from '../../core/request-activity.ts';
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

/** All that is known of a request as a JSON document, without secrets; bodies that are JSON as such. Pure. */
export const toRequestDocument = (request: RequestDetail): string => {
  const { capture } = request;
  const document = {
    ...request,
    startedAt: new Date(request.startedAt).toISOString(),
    requestHeaders: Object.fromEntries(request.requestHeaders),
    responseHeaders: Object.fromEntries(request.responseHeaders),
    capture:
      capture === null
        ? null
        : {
            ...capture,
            requestBody: parseJson(capture.requestBody),
            responseBody: parseJson(capture.responseBody),
          },
  };
  return `${redactSecrets(JSON.stringify(document, null, 2))}\n`;
};
