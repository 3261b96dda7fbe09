import express, { type Router } from 'express';
import { methodNotAllowed } from '../middleware/errors.ts';
import { type ContentSecurityPolicy, pagePolicy } from '../middleware/security-headers.ts';
import { DOCUMENT_FILES } from './document-files.ts';
import { sendIndex, type IndexFacts } from './send-index.ts';
import { sendDocument } from './send-document.ts';

/** What the pages are made of. */
export interface DocumentsOptions extends IndexFacts {
  /** Where the files are that the build has made of `src/server/documents/pages` and of the packages behind the pages. */
  readonly documentsFolder: string;
}

const INDEX_POLICY: ContentSecurityPolicy = { 'style-src': ["'self'"], 'img-src': ["'self'"] };

/** `/`, `/docs`, `/redoc` and `/openapi.json`: public, as they hold nothing that is secret or a user's own. */
export const documentsRouter = (options: DocumentsOptions): Router => {
  const router = express.Router();
  const onlyRead = methodNotAllowed('GET', 'HEAD');
  router.route('/').get(pagePolicy(INDEX_POLICY), sendIndex(options)).all(onlyRead);
  for (const [path, file, policy] of DOCUMENT_FILES) {
    const send = sendDocument(options.documentsFolder, file);
    router
      .route(path)
      .get(...(policy === undefined ? [send] : [pagePolicy(policy), send]))
      .all(onlyRead);
  }
  return router;
};
