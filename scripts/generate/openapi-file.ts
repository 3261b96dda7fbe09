import { toOpenApiDocument } from './openapi/document.ts';

/** `docs/openapi.json`, which the server gives at `/openapi.json`. */
export const toOpenApiFile = (): string => `${JSON.stringify(toOpenApiDocument(), null, 2)}\n`;
