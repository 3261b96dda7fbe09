import path from 'node:path';
import { expect, test } from 'vitest';
import { collectLicenses } from '../../scripts/collect-licenses.mjs';
import { documentSources } from '../../scripts/write-documents.mjs';

const text = collectLicenses(path.join(import.meta.dirname, '../..'), documentSources);

test.each([
  [
    'redoc',
    ['mobx', 'mobx-react', 'react', 'react-dom', 'styled-components', 'lunr', 'marked', '@redocly/openapi-core'],
  ],
  ['swagger-ui-dist', ['immutable', 'react', 'react-redux', 'swagger-client', 'remarkable', 'ramda', 'lodash']],
])('what is compiled into %s is named', (bundle, packages) => {
  const named = text.split('\n').flatMap((line) => new RegExp(`^${bundle} \\S+ contains (\\S+)`).exec(line)?.[1] ?? []);
  expect(named).toEqual(expect.arrayContaining(packages));
});

test('each has its licence, or where that is', () => {
  const parts = text.split(`\n${'-'.repeat(80)}\n\n`);
  expect(parts.length).toBeGreaterThan(100);
  expect(parts.filter((part) => part.trim().split('\n').length < 3)).toEqual([]);
  expect(text).not.toContain('undefined');
});
