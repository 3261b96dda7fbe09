import type { ContentSecurityPolicy } from '../middleware/security-headers.ts';

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
export const DOCUMENT_FILES: readonly (readonly [path: string, file: string, policy?: ContentSecurityPolicy])[] = [
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
