import type { ResponseEvent, ResponseObject } from '../../src/protocols/openai-responses/response-object.ts';
import { checkResponseEvents } from './check-response-events.ts';
import { findSchemaErrors } from './openai-schema.ts';
import { parseSse } from './parse-sse.ts';
import type { AppRequest } from './start-app.ts';

/** What a test asks with: the `fetch` of an app, which sends its token. */
type Fetch = (path: string, init?: AppRequest) => Promise<Response>;

/** A response, or what was said in its place. */
export interface Told {
  readonly status: number;
  readonly headers: Headers;
  readonly body: ResponseObject & {
    readonly error: { readonly code: string; readonly message: string; readonly param: string } | null;
  };
}

/** Asks for responses over HTTP; each one is checked by OpenAI's schema, each stream by its grammar. */
export const useResponses = (fetch: Fetch) => {
  const send = async (path: string, init: AppRequest): Promise<Told> => {
    const response = await fetch(path, init);
    const body: Told['body'] & { readonly deleted?: boolean } = JSON.parse(await response.text());
    if (response.ok && body.object === 'response' && body.deleted !== true) requireValid('Response', body);
    return { status: response.status, headers: response.headers, body };
  };
  const readEvents = async (response: Response, from = 0): Promise<readonly ResponseEvent[]> => {
    const events: ResponseEvent[] = parseSse(await response.text()).map((data) => JSON.parse(data));
    if (from === 0) checkResponseEvents(events, { isComplete: true });
    return events;
  };
  return {
    post: (path: string, body: object, init: AppRequest = {}) =>
      send(path, { ...init, method: 'POST', body: JSON.stringify(body) }),
    create: (body: object, init: AppRequest = {}) =>
      send('/v1/responses', { ...init, method: 'POST', body: JSON.stringify(body) }),
    get: (path: string) => send(path, {}),
    remove: (path: string) => send(path, { method: 'DELETE' }),
    async stream(body: object, init: AppRequest = {}) {
      const response = await fetch('/v1/responses', {
        ...init,
        method: 'POST',
        body: JSON.stringify({ ...body, stream: true }),
      });
      const events = await readEvents(response);
      const last = events.at(-1);
      return { response, events, last: last?.['response'] as ResponseObject };
    },
    resume: async (id: string, startingAfter = -1) =>
      readEvents(await fetch(`/v1/responses/${id}?stream=true&starting_after=${startingAfter}`), startingAfter + 1),
  };
};

/** The text of a response. */
export const toText = ({ output }: Pick<ResponseObject, 'output'>): string =>
  output
    .flatMap((item) => (item.type === 'message' && Array.isArray(item['content']) ? item['content'] : []))
    .map(({ text }) => text)
    .join('');

const requireValid = (schema: string, value: unknown): void => {
  const errors = findSchemaErrors(schema, value);
  if (errors.length > 0) throw new Error(`${schema}: ${errors.join('\n')} in ${JSON.stringify(value)}`);
};
