import type { oas31 } from 'zod-openapi';
import { type FindNotes, type ParameterNote, readCompatibility } from './openapi/compatibility.ts';
import { toOpenApiDocument } from './openapi/document.ts';
import { ANY_ERRORS, BODY_ERRORS, CURSOR_ERRORS, type ErrorCode, RUN_ERRORS, TOKEN_ERRORS } from './openapi/errors.ts';
import { REQUEST_HEADERS } from './openapi/headers.ts';
import { type Operation, TAGS } from './openapi/operation.ts';
import { OPERATIONS } from './openapi/operations.ts';
import { code, generatedFrom, table } from './markdown.ts';

/** Groups of errors, the largest first, so that none is told by its parts. */
const ERROR_GROUPS: readonly (readonly [name: string, errors: readonly ErrorCode[]])[] = [
  ['a run', RUN_ERRORS],
  ['a question to Cursor', CURSOR_ERRORS],
  ['a body', BODY_ERRORS],
];

/** `docs/api.md`: the OpenAPI document as a page. */
export const toApiPage = (): string => {
  const document = toOpenApiDocument();
  const notes = readCompatibility();
  return `${[
    generatedFrom('docs/openapi.json'),
    '# The API',
    document.info.description,
    'The running server shows the same at `/docs`, to be tried, and at `/redoc`; `/openapi.json` is for programs.',
    '## Headers',
    table(
      ['Header', 'What it does'],
      Object.values(REQUEST_HEADERS).map(({ name, description = '' }: oas31.ParameterObject) => [
        code(name),
        description,
      ]),
    ),
    'Answers have these:',
    table(
      ['Header', 'What it tells'],
      Object.entries(document.components.headers).map(([name, header]) => [code(name), header.description ?? '']),
    ),
    '## Errors',
    'They have the form of the API that is asked; [Errors](errors.md) shows each. Any request may be refused with one of the first two groups; what else a route may answer stands with it.',
    table(
      ['Errors', 'Names'],
      [
        ['of any request', ANY_ERRORS.map(code).join(', ')],
        ['of the token', TOKEN_ERRORS.map(code).join(', ')],
        ...ERROR_GROUPS.toReversed().map(([name, errors]) => [
          `of ${name}`,
          toErrorsText(
            errors,
            ERROR_GROUPS.filter(([, group]) => group.length < errors.length),
          ),
        ]),
      ],
    ),
    ...Object.entries(TAGS).flatMap(([tag, description]) => {
      const operations = OPERATIONS.filter((operation) => operation.tag === tag);
      return [`## ${tag}`, description].concat(operations.flatMap((operation) => toSection(operation, notes)));
    }),
  ].join('\n\n')}\n`;
};

const toSection = (operation: Operation, notes: FindNotes): readonly string[] => {
  const { method, path, summary, description, errors, body, isPublic = false } = operation;
  const parameters = notes(method, path);
  return [
    `### \`${method.toUpperCase()} ${path}\``,
    `${summary}.${description === undefined ? '' : ` ${description}`}${isPublic ? ' No token is needed.' : ''}`,
    ...(parameters.length === 0 ? [] : [table(['Parameter', 'What becomes of it', ''], parameters.map(toRow))]),
    ...(errors.length === 0 ? [] : [`Errors: ${toErrorsText(errors, ERROR_GROUPS)}.`]),
    ...(Object.keys(operation.answers).length === 0 ? [] : [`\`\`\`bash\n${toCurl(operation, body?.example)}\n\`\`\``]),
  ];
};

const toRow = ({ name, status, note }: ParameterNote): readonly string[] => [code(name), status, note ?? ''];

/** Groups of errors stand under the name that they have at the head of the page. */
const toErrorsText = (errors: readonly ErrorCode[], groups: typeof ERROR_GROUPS): string => {
  const left = new Set(errors);
  const words = groups.flatMap(([name, group]) => {
    if (!group.every((each) => left.has(each))) return [];
    for (const each of group) left.delete(each);
    return [`those of ${name}`];
  });
  return [...words, ...[...left].map(code)].join(', ');
};

const toCurl = ({ method, path, isPublic = false }: Operation, example: unknown): string => {
  const isPlain = example === undefined && method !== 'delete' && method !== 'post';
  const options = [
    `curl ${isPlain || example !== undefined ? '' : `-X ${method.toUpperCase()} `}"http://127.0.0.1:8765${path}"`,
    ...(isPublic ? [] : ['-H "Authorization: Bearer $PORTSIDE_TOKEN"']),
    ...(example === undefined
      ? []
      : ['-H "Content-Type: application/json"', `-d '${JSON.stringify(example).replaceAll("'", String.raw`'\''`)}'`]),
  ];
  return options.join(' \\\n  ');
};
