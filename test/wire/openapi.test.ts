import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Validator } from '@cfworker/json-schema';
import type { Express, Router } from 'express';
import { describe, expect, test } from 'vitest';
import { toOpenApiDocument } from '../../scripts/generate/openapi/document.ts';
import { OPERATIONS } from '../../scripts/generate/openapi/operations.ts';
import { readCompatibility } from '../../scripts/generate/openapi/compatibility.ts';
import { createScriptedBackend } from '../support/scripted-backend.ts';
import { startApp } from '../support/start-app.ts';

const document = toOpenApiDocument();

/** What belongs to the pages, and is no part of the API. */
const FILES_OF_PAGES = /^(?:\/docs\/|\/redoc\/|\/favicon\.ico$)/;

/** The routes of an app or a router, and of those within it: `get /v1/models/{}`. */
const listRoutes = ({ stack }: Pick<Router, 'stack'>): readonly string[] =>
  stack.flatMap(({ route, handle }) => {
    if (route === undefined) return 'stack' in handle ? listRoutes(handle as Router) : [];
    const methods = new Set(route.stack.flatMap(({ method }) => (method === undefined ? [] : [method])));
    return [...methods].map((method) => `${method} ${route.path.replaceAll(/:\w+/g, '{}')}`);
  });

const toServed = (app: Express): readonly string[] =>
  listRoutes(app.router)
    .filter((route) => !FILES_OF_PAGES.test(route.split(' ')[1] ?? ''))
    .toSorted();

const findErrors = (schema: object, value: unknown): readonly string[] =>
  new Validator({ ...document, ...schema }, '2020-12', false)
    .validate(value)
    .errors.map(({ instanceLocation, error }) => `${instanceLocation}: ${error}`);

const toRef = (name: string) => ({ $ref: `#/components/schemas/${name}` });

/** Every value that is under a key, wherever. */
const collect = (value: unknown, key: string): readonly unknown[] =>
  typeof value !== 'object' || value === null
    ? []
    : Object.entries(value).flatMap(([name, each]) => (name === key ? [each] : []).concat(collect(each, key)));

const resolve = (ref: string): unknown =>
  ref
    .replace(/^#\//, '')
    .split('/')
    .reduce<unknown>((within, name) => Object(within)[name], document);

describe('the document', () => {
  test('has every route that is served, and no other', async () => {
    await using app = await startApp(createScriptedBackend({}).backend);
    const documented = OPERATIONS.map(({ method, path: route }) => `${method} ${route.replaceAll(/\{\w+\}/g, '{}')}`);
    expect(documented.toSorted()).toEqual(toServed(app.app));
  });

  test('has what each reference names', () => {
    const refs = collect(document, '$ref').map(String);
    expect(refs.length).toBeGreaterThan(100);
    expect(refs.filter((ref) => resolve(ref) === undefined)).toEqual([]);
  });

  test('names each operation once, with the parameters of its path', () => {
    const operations = Object.entries(document.paths).flatMap(([route, methods]) =>
      Object.values(methods).map((operation) => [route, operation] as const),
    );
    expect(new Set(operations.map(([, { operationId }]) => operationId)).size).toBe(operations.length);
    for (const [route, { parameters = [] }] of operations) {
      const inPath = parameters.flatMap((each) => ('in' in each && each.in === 'path' ? [each.name] : []));
      expect(inPath).toEqual([...route.matchAll(/\{(\w+)\}/g)].map(([, name]) => name));
    }
  });

  test('says what becomes of every parameter that is known', () => {
    const notes = readCompatibility();
    const missing = OPERATIONS.flatMap(({ method, path: route, body }) => {
      const { parameters = [] } = document.paths[route]?.[method] ?? {};
      const known = new Set([
        ...parameters.flatMap((each) => ('name' in each ? [each.name] : [])),
        ...Object.keys(body === undefined ? {} : (document.components.schemas[body.name]?.properties ?? {})),
      ]);
      return notes(method, route)
        .filter(({ name }) => !name.includes('.') && !known.has(name))
        .map(({ name }) => `${method} ${route}: ${name}`);
    });
    expect(missing).toEqual([]);
  });

  test('tells no address of this machine, and no secret', () => {
    expect(JSON.stringify(document)).not.toMatch(/127\.0\.0\.1|localhost|portside_[A-Za-z0-9_-]{20,}|crsr_/);
  });
});

const bodies = OPERATIONS.flatMap(({ id, body }) => (body === undefined ? [] : [[id, body] as const]));

test.each(bodies)(
  'the example of %s is a valid body, by the document and by the decoder',
  (_id, { name, schema, example }) => {
    expect(findErrors(toRef(name), example)).toEqual([]);
    expect(schema.safeParse(example).success).toBe(true);
  },
);

test.each([
  ['openai-chat/*.json', 'ChatCompletion', 'OpenAiError'],
  ['openai-completions/*.json', 'TextCompletion', 'OpenAiError'],
  ['openai-responses/*.json', 'Response', 'OpenAiError'],
  ['anthropic/*.json', 'Message', 'AnthropicError'],
  ['ollama/chat-*.json', 'OllamaChatAnswer', 'OllamaError'],
  ['ollama/generate-*.json', 'OllamaGenerateAnswer', 'OllamaError'],
])('the answers of %s are as the document says', (files, answer, error) => {
  const folder = path.join(import.meta.dirname, 'golden');
  const names = globSync(files, { cwd: folder });
  expect(names.length).toBeGreaterThan(5);
  for (const name of names) {
    const value: object = JSON.parse(readFileSync(path.join(folder, name), 'utf8'));
    const isError = 'error' in value && value.error !== null && !('status' in value);
    expect({ name, errors: findErrors(toRef(isError ? error : answer), value) }).toEqual({ name, errors: [] });
  }
});
