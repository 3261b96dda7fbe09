import express, { type Router } from 'express';
import { methodNotAllowed } from '../middleware/errors.ts';
import { type ContentSecurityPolicy, pagePolicy } from '../middleware/security-headers.ts';
import { sendIndex, type IndexFacts } from './send-index.ts';
import { sendDocument } from './send-document.ts';

/** What the pages are made of. */
export interface DocumentsOptions extends IndexFacts {
  /** Where the files are that the build has made of `src/server/documents/pages` and of the packages behind the pages. */
  readonly documentsFolder: string;
}

const INDEX_POLICY: ContentSecurityPolicy = { 'style-src': ["'self'"], 'img-src': ["'self'"] };

/** Swagger UI draws its icons from data: addresses, and asks this very server. */
const DOCS_POLICY: ContentSecurityPolicy = {
  'script-src': ["'self'"],
  'style-src': ["'self'"],
  'img-src': ["'self'", 'data:'],
  'connect-src': ["'self'"],
};

/** Redoc writes its styles while it runs, and searches in a worker that it makes of a text of its own. */
const REDOC_POLICY: ContentSecurityPolicy = {
  ...DOCS_POLICY,
  'style-src': ["'self'", "'unsafe-inline'"],
  'worker-src': ['blob:'],
};

/** The files of the pages by their paths; each page has a policy of its own. */
const FILES: readonly (readonly [path: string, file: string, policy?: ContentSecurityPolicy])[] = [
  ['/openapi.json', 'openapi.json'],
  ['/docs', 'docs.html', DOCS_POLICY],
  ['/docs/swagger-ui.js', 'swagger-ui.js'],
  ['/docs/swagger-ui.css', 'swagger-ui.css'],
  ['/docs/docs.js', 'docs.js'],
  ['/docs/docs.css', 'docs.css'],
  ['/docs/index.css', 'index.css'],
  ['/docs/icon.svg', 'icon.svg'],
  ['/favicon.ico', 'icon.svg'],
  ['/redoc', 'redoc.html', REDOC_POLICY],
  ['/redoc/redoc.js', 'redoc.js'],
  ['/redoc/redoc-page.js', 'redoc-page.js'],
  ['/redoc/redoc.css', 'redoc.css'],
];

/** `/`, `/docs`, `/redoc` and `/openapi.json`: public, as they hold nothing that is secret or a user's own. */
export const documentsRouter = (options: DocumentsOptions): Router => {
  const router = express.Router();
  const onlyRead = methodNotAllowed('GET', 'HEAD');
  router.route('/').get(pagePolicy(INDEX_POLICY), sendIndex(options)).all(onlyRead);
  for (const [path, file, policy] of FILES) {
    const send = sendDocument(options.documentsFolder, file);
    router
      .route(path)
      .get(...(policy === undefined ? [send] : [pagePolicy(policy), send]))
      .all(onlyRead);
  }
  return router;
};
