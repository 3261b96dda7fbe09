import type { oas31 } from 'zod-openapi';

/** A JSON schema, as far as it is looked into. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly description?: string;
  minimum?: number;
  maximum?: number;
  readonly properties?: Record<string, Schema>;
  items?: Schema;
  anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
}

/** The document, as far as it is looked into. */
export interface OpenApiDocument {
  readonly openapi: string;
  readonly info: { readonly version: string; readonly description: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, oas31.OperationObject>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, Schema>>;
    readonly parameters: Readonly<Record<string, oas31.ParameterObject>>;
    readonly headers: Readonly<Record<string, oas31.HeaderObject>>;
    readonly responses: Readonly<Record<string, oas31.ResponseObject>>;
  };
}
