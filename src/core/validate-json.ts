import { type OutputUnit, type Schema, type SchemaDraft, dereference, validate } from '@cfworker/json-schema';
import { Script, createContext } from 'node:vm';

/** At most so many problems are told: enough to mend a value by, short enough for a prompt. */
const MAX_PROBLEMS = 5;
const MAX_PROBLEM_CHARACTERS = 300;

/** How long one validation may hold up the process. */
const TIME_LIMIT_MS = 250;

type Validate = (value: unknown) => readonly OutputUnit[];

/** Per schema object, as a conversation sends the same ones again and again; `null` where a schema cannot be used. */
const known = new WeakMap<object, Validate | null>();

/**
 * Says what is wrong with a JSON value, by a client's JSON Schema.
 *
 * Each problem is a short sentence with its place: `$.city: Required`, `$.days[0]: Expected integer, got string`; none means
 * that the value is valid. Drafts 4 to 2020-12, by `$schema`; 2020-12 where it is not named. A schema that cannot be used
 * (an unresolved `$ref`, an endless recursion, …) forbids nothing, and so do a `type` that JSON Schema does not have, and one that takes longer than 250 ms, such as
 * a `pattern` with catastrophic backtracking: it is not tried again. A pattern that is no valid expression is left out.
 */
export function validateJson(schema: Readonly<Record<string, unknown>>, value: unknown): readonly string[] {
  let check = known.get(schema);
  if (check === undefined) {
    check = createValidate(schema);
    known.set(schema, check);
  }
  if (check === null) return [];
  try {
    const errors = check(value);
    const telling = errors.filter(({ keyword }) => !WRAPPERS.has(keyword));
    const told = (telling.length > 0 ? telling : errors).map((error) => describe(error, value));
    return [...new Set(told)].slice(0, MAX_PROBLEMS);
  } catch {
    // Another value may still be checked in time, but each try that is not costs everyone the limit.
    known.set(schema, null);
    return [];
  }
}

/** Says that a part failed whose own errors follow. */
const WRAPPERS = new Set([
  '$ref',
  '$recursiveRef',
  'allOf',
  'if',
  'properties',
  'patternProperties',
  'additionalProperties',
  'unevaluatedProperties',
  'propertyNames',
  'dependentSchemas',
  'prefixItems',
  'items',
  'additionalItems',
  'unevaluatedItems',
]);

/** No code is generated from the schema: the library interprets it. */
function createValidate(original: Readonly<Record<string, unknown>>): Validate | null {
  try {
    // The library writes into schemas.
    const schema: Schema = structuredClone(original);
    mendSchema(schema);
    const lookup = dereference(schema);
    const draft = toDraft(schema.$schema);
    const run = createTimeLimit(({ value, shortCircuit }: { value: unknown; shortCircuit: boolean }) =>
      validate(value, schema, draft, lookup, shortCircuit),
    );
    return (value) => {
      const first = run({ value, shortCircuit: true });
      if (first.valid) return [];
      try {
        return run({ value, shortCircuit: false }).errors;
      } catch {
        // There are more errors than can be collected.
        return first.errors;
      }
    };
  } catch {
    return null;
  }
}

/** Runs a function that may compute for too long: only V8's own watchdog ends a regular expression. */
function createTimeLimit<Input, Output>(compute: (input: Input) => Output): (input: Input) => Output {
  const script = new Script('run()');
  const global: { run: () => void } = { run: () => {} };
  const context = createContext(global);
  return (input) => {
    const outputs: Output[] = [];
    global.run = () => {
      outputs.push(compute(input));
    };
    script.runInContext(context, { timeout: TIME_LIMIT_MS });
    const [output] = outputs;
    if (output === undefined) throw new Error('The computation came to nothing.');
    return output;
  };
}

/** Their content is data, not schemas. */
const DATA_KEYWORDS = new Set(['const', 'enum', 'default', 'examples']);

function mendSchema(schema: unknown): void {
  if (Array.isArray(schema)) {
    for (const each of schema) mendSchema(each);
  } else if (isObject(schema)) {
    if (typeof schema['pattern'] === 'string' && !isPattern(schema['pattern'])) delete schema['pattern'];
    mendType(schema);
    for (const [key, part] of Object.entries(schema)) if (!DATA_KEYWORDS.has(key)) mendSchema(part);
  }
}

const TYPES: ReadonlySet<unknown> = new Set(['array', 'boolean', 'integer', 'null', 'number', 'object', 'string']);

/** Tools come with types of other languages, such as `any` or `str`, and with OpenAPI's `nullable`. */
function mendType(schema: Record<string, unknown>): void {
  const { type } = schema;
  // A property of that name has a schema here.
  if (typeof type !== 'string' && !Array.isArray(type)) return;
  const types: unknown[] = Array.isArray(type) ? type : [type];
  if (!types.every((each) => TYPES.has(each))) delete schema['type'];
  else if (schema['nullable'] === true) schema['type'] = [...new Set([...types, 'null'])];
}

function isPattern(text: string): boolean {
  try {
    // The library compiles patterns with this flag, under which more of them are errors.
    return new RegExp(text, 'u') instanceof RegExp;
  } catch {
    return false;
  }
}

function toDraft($schema: unknown): SchemaDraft {
  if (typeof $schema !== 'string') return '2020-12';
  if ($schema.includes('draft-04')) return '4';
  if ($schema.includes('draft-06') || $schema.includes('draft-07')) return '7';
  return $schema.includes('2019-09') ? '2019-09' : '2020-12';
}

function describe({ keyword, instanceLocation, error }: OutputUnit, value: unknown): string {
  const place = formatPlace(instanceLocation, value);
  const text = (() => {
    switch (keyword) {
      case 'required':
        return `${place}${formatKey(error.slice(error.indexOf('"') + 1, error.lastIndexOf('"')))}: Required`;
      case 'type': {
        const [, got = '', expected = ''] = /^Instance type "(\w+)" is invalid. Expected (.*)\.$/s.exec(error) ?? [];
        return `${place}: Expected ${expected.replaceAll('", "', ' or ').replaceAll('"', '')}, got ${got}`;
      }
      case 'false':
        return `${place}: Not allowed`;
      default:
        return `${place}: ${error.replace(/^Instance does/, 'Does').replace(/\.$/, '')}`;
    }
  })();
  return text.length > MAX_PROBLEM_CHARACTERS ? `${text.slice(0, MAX_PROBLEM_CHARACTERS - 1)}…` : text;
}

/** From the library's JSON pointer, `#/days/0`, to `$.days[0]`. */
function formatPlace(pointer: string, value: unknown): string {
  let place = '$';
  let current = value;
  for (const escaped of pointer.split('/').slice(1)) {
    const key = decodeURI(escaped).replaceAll('~1', '/').replaceAll('~0', '~');
    place += Array.isArray(current) ? `[${key}]` : formatKey(key);
    current = isObject(current) || Array.isArray(current) ? Reflect.get(current, key) : undefined;
  }
  return place;
}

function formatKey(key: string): string {
  return /^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
