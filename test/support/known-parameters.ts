import { readFileSync } from 'node:fs';
import path from 'node:path';

const root = path.join(import.meta.dirname, '../..');

interface Schema {
  readonly $ref?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly allOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
}

interface Operation {
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
  readonly requestBody?: { readonly content: { readonly 'application/json'?: { readonly schema: Schema } } };
}

/** An OpenAPI document, as far as it is read here. */
interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

const readOpenApi = (file: string): OpenApi => JSON.parse(readFileSync(path.join(root, file), 'utf8'));

const openAi = readOpenApi('test/fixtures/openai/openapi.json');

/** The schema itself, and all that it is made of. */
const unfold = (schema: Schema): readonly Schema[] => {
  const referred =
    schema.$ref === undefined ? undefined : openAi.components.schemas[schema.$ref.split('/').at(-1) ?? ''];
  const parts = [...(schema.allOf ?? []), ...(schema.anyOf ?? []), ...(schema.oneOf ?? [])];
  return [schema, ...(referred === undefined ? [] : unfold(referred)), ...parts.flatMap(unfold)];
};

const propertiesOf = (schema: Schema): readonly (readonly [name: string, schema: Schema])[] =>
  unfold(schema).flatMap(({ properties = {} }) => Object.entries(properties));

/** The parameters of each operation of OpenAI's OpenAPI file, by method and path as `POST /v1/responses/{}`. */
export const listOpenAiParameters = (
  /** The objects whose fields are told too. */
  nested: readonly string[],
): ReadonlyMap<string, readonly string[]> =>
  new Map(
    Object.entries(openAi.paths).flatMap(([route, operations]) =>
      Object.entries(operations).map(([method, operation]): [string, readonly string[]] => [
        toOperation(method, `/v1${route}`),
        listParameters(operation, nested),
      ]),
    ),
  );

const listParameters = ({ parameters = [], requestBody }: Operation, nested: readonly string[]): readonly string[] => {
  const schema = requestBody?.content['application/json']?.schema;
  const properties = schema === undefined ? [] : propertiesOf(schema);
  const query = parameters.filter((parameter) => parameter.in === 'query');
  const inner = properties
    .filter(([name]) => nested.includes(name))
    .flatMap(([name, object]) => propertiesOf(object).map(([field]) => `${name}.${field}`));
  return [...query.map(({ name }) => name), ...properties.map(([name]) => name), ...inner];
};

/** Portside's own operations that take a body or a query, as {@link toOperation} writes them. */
export const listOwnOperations = (): readonly string[] =>
  Object.entries(readOpenApi('docs/openapi.json').paths).flatMap(([route, operations]) =>
    Object.entries(operations)
      .filter(
        ([, { parameters = [], requestBody }]) =>
          requestBody !== undefined || parameters.some((parameter) => parameter.in === 'query'),
      )
      .map(([method]) => toOperation(method, route)),
  );

/** An operation whatever the names in its path are. */
export const toOperation = (method: string, route: string): string =>
  `${method.toUpperCase()} ${route.replaceAll(/\{\w+\}/g, '{}')}`;

/** The members of an interface in a package's types, those that are sent as headers aside. @throws Error where there is no such interface */
export const listMembers = (file: string, name: string): readonly string[] => {
  const text = readFileSync(path.join(root, 'node_modules', file), 'utf8');
  const body = new RegExp(`^(?:export )?interface ${name} (?:extends [\\w, ]+ )?\\{\\n(.*?)\\n\\}`, 'ms').exec(
    text,
  )?.[1];
  if (body === undefined) throw new Error(`${file} has no interface ${name} any more.`);
  return [...body.matchAll(/(?:\/\*\*((?:(?!\*\/).)*)\*\/\s*)?^ {4}(\w+)\??: /gms)]
    .filter(([, comment = '']) => !comment.includes('Header param'))
    .map(([, , member = '']) => member);
};
