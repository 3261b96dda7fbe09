import type { Request, RequestHandler } from 'express';
import type { Backend } from '../../core/backend.ts';
import { type IndexPage, toIndexHtml } from './to-index-html.ts';

/** What the page at `/` tells; it is public, so nothing that is secret or a user's own. */
export interface IndexFacts {
  readonly backend: Pick<Backend, 'state'>;
  readonly version: string;
}

/** `GET /`: what this is and where to go, as a page for browsers, as JSON for who asks for that, and in a line of text for all else. */
export const sendIndex =
  ({ backend, version }: IndexFacts): RequestHandler =>
  (request, response) => {
    const page = { version, isReady: backend.state.status === 'ready', root: toRoot(request) };
    response.vary('Accept');
    response.setHeader('Cache-Control', 'no-store');
    // In this order: who takes anything, as most programs do, is given text.
    const form = request.accepts(['text', 'json', 'html']);
    if (form === 'html') response.type('html').send(toIndexHtml(page));
    else if (form === 'json') response.json(toIndexJson(page));
    else response.type('text').send(toIndexText(page));
  };

/** Where the request reached this server, without a slash at the end. */
const toRoot = ({ protocol, headers: { host = '' } }: Request): string => `${protocol}://${host}`;

const toIndexJson = ({ version, isReady, root }: IndexPage): object => ({
  name: 'Portside',
  version,
  status: isReady ? 'ok' : 'degraded',
  openai_base_url: `${root}/v1`,
  anthropic_base_url: root,
  ollama_base_url: root,
  docs: `${root}/docs`,
  openapi: `${root}/openapi.json`,
});

const toIndexText = ({ version, isReady, root }: IndexPage): string =>
  `Portside ${version} is running${isReady ? '' : ', and is not connected to Cursor yet'}. The API is at ${root}/v1, its description at ${root}/docs.\n`;
