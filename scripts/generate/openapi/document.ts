import { createDocument, type oas31, type ZodOpenApiOperationObject, type ZodOpenApiResponseObject } from 'zod-openapi';
import manifest from '../../../package.json' with { type: 'json' };
import { anthropicError } from './answers/anthropic.ts';
import { ollamaError } from './answers/ollama.ts';
import { openAiError } from './answers/openai.ts';
import { type FindNotes, readCompatibility, toNoteText } from './compatibility.ts';
import { describeProperties } from './describe-properties.ts';
import type { OpenApiDocument, Schema } from './document-types.ts';
import { tellsAnthropicId, toErrorReferences, toErrorResponses } from './error-responses.ts';
import { ANSWER_HEADERS, REQUEST_HEADERS, RUN_ANSWER_HEADERS, toHeaderReferences } from './headers.ts';
import { type Answer, isRun, type Operation, TAGS } from './operation.ts';
import { OPERATIONS } from './operations.ts';
import { inputItem } from './operations/responses.ts';
import { simplifySchema } from './simplify-schema.ts';

const DESCRIPTION = `The server of Portside on this machine. It speaks the languages of several APIs, and answers with the models of your own Cursor account.

Every request needs an access token of Portside, as \`Authorization: Bearer …\` or as \`x-api-key: …\`. Get it by the command **Portside: Copy Access Token** in the editor; \`portside serve\` shows it in a terminal.

Bodies may have more fields than stand here. Those that have no effect are named in the header \`X-Portside-Ignored\` of the answer.`;

/** What the names of parameters in paths stand for. */
const PATH_PARAMETERS: Readonly<Record<string, string>> = {
  id: 'The id.',
  item_id: 'The id of the item.',
  digest: 'The digest of the part.',
};

/** The OpenAPI document of the server. */
export const toOpenApiDocument = (): OpenApiDocument => {
  const notes = readCompatibility();
  const paths: Record<string, Record<string, ZodOpenApiOperationObject>> = {};
  for (const operation of OPERATIONS) {
    paths[operation.path] = { ...paths[operation.path], [operation.method]: toOperation(operation, notes) };
  }
  const made = createDocument({
    openapi: '3.1.0',
    info: {
      title: 'Portside',
      version: manifest.version,
      description: DESCRIPTION,
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    security: [{ bearer: [] }, { apiKey: [] }],
    tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
    paths,
    components: {
      schemas: {
        ...Object.fromEntries(OPERATIONS.flatMap(({ body }) => (body === undefined ? [] : [[body.name, body.schema]]))),
        ResponseInputItem: inputItem,
        OpenAiError: openAiError,
        AnthropicError: anthropicError,
        OllamaError: ollamaError,
      },
      securitySchemes: {
        apiKey: {
          type: 'apiKey',
          in: 'header',
          name: 'x-api-key',
          description: "The access token, as Anthropic's clients send it.",
        },
        // The last of them has the focus when Swagger UI asks for a token.
        bearer: { type: 'http', scheme: 'bearer', description: 'The access token. One of the two is enough.' },
      },
    },
  });
  const shared = { parameters: REQUEST_HEADERS, headers: ANSWER_HEADERS, responses: toErrorResponses() };
  // A copy: what several routes have in common is one object until then.
  const document: OpenApiDocument = JSON.parse(
    JSON.stringify({ ...made, components: { ...made.components, ...shared } }),
  );
  refine(document, notes);
  return document;
};

const toOperation = (operation: Operation, notes: FindNotes): ZodOpenApiOperationObject => {
  const { id, tag, summary, description, isPublic = false, body } = operation;
  return {
    operationId: id,
    tags: [tag],
    summary,
    ...(description !== undefined && { description }),
    ...(isPublic && { security: [] }),
    ...toParameters(operation, notes),
    ...(body !== undefined && {
      requestBody: {
        required: body.isOptional !== true,
        content: { 'application/json': { schema: body.schema, example: body.example } },
      },
    }),
    responses: {
      ...Object.fromEntries(
        Object.entries(operation.answers).map(([status, answer]) => [status, toResponse(operation, answer)]),
      ),
      ...toErrorReferences(operation),
    },
  };
};

const toParameters = (
  { method, path, query = {}, headers = [] }: Operation,
  notes: FindNotes,
): Pick<ZodOpenApiOperationObject, 'parameters'> => {
  const noteOf = new Map(notes(method, path).map((note) => [note.name, toNoteText(note)]));
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']): oas31.ParameterObject => ({
    name,
    in: 'path',
    required: true,
    description: PATH_PARAMETERS[name] ?? '',
    schema: { type: 'string' },
  }));
  const names = new Set([...Object.keys(query), ...(method === 'get' ? noteOf.keys() : [])]);
  const inQuery = [...names].map((name) => toQueryParameter(name, query[name] ?? {}, noteOf.get(name) ?? null));
  const inHeaders = headers.map((name) => ({ $ref: `#/components/parameters/${name}` }));
  const parameters = [...inPath, ...inQuery, ...inHeaders];
  return parameters.length === 0 ? {} : { parameters };
};

const toQueryParameter = (
  name: string,
  known: Partial<oas31.ParameterObject>,
  note: string | null,
): oas31.ParameterObject => ({
  name,
  in: 'query',
  required: false,
  schema: { type: 'string' },
  ...known,
  ...(note !== null && { description: note }),
});

const toResponse = (
  operation: Operation,
  { description, content, headers = [], examples = {} }: Answer,
): ZodOpenApiResponseObject => {
  const { form, answerHeaders = [] } = operation;
  return {
    description,
    headers: toHeaderReferences([
      'X-Request-ID',
      ...(tellsAnthropicId(form) ? (['request-id'] as const) : []),
      ...(isRun(operation) ? ([...RUN_ANSWER_HEADERS, 'Idempotent-Replayed'] as const) : []),
      ...answerHeaders,
      ...headers,
    ]),
    ...(Object.keys(content).length > 0 && {
      content: Object.fromEntries(
        Object.entries(content).map(([type, schema]) => [
          type,
          {
            schema: schema ?? { type: 'string' },
            ...(examples[type] !== undefined && { example: examples[type] }),
          },
        ]),
      ),
    }),
  };
};

/** Adds what becomes of each parameter, and names what the schemas leave to the code behind them. */
const refine = ({ components: { schemas } }: OpenApiDocument, notes: FindNotes): void => {
  for (const { method, path, body } of OPERATIONS) {
    const schema = body === undefined ? undefined : schemas[body.name];
    if (schema !== undefined) describeProperties(schema, notes(method, path));
  }
  for (const name of ['CreateResponse', 'CountResponseInput', 'CompactResponse']) nameItems(schemas[name], 'input');
  for (const name of ['CreateConversation', 'AddConversationItems']) nameItems(schemas[name], 'items');
  for (const schema of Object.values(schemas)) simplifySchema(schema);
};

/** Items are checked one by one, by schemas of their own: they stand in the document as if the list's schema named them. */
const nameItems = (schema: Schema | undefined, property: string): void => {
  const nameIn = (form: Schema | undefined): void => {
    if (form?.type === 'array') form.items = { $ref: '#/components/schemas/ResponseInputItem' };
    for (const each of form?.anyOf ?? []) nameIn(each);
  };
  nameIn(schema?.properties?.[property]);
};
