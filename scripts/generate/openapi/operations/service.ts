import * as z from 'zod';
import { health, index, notReady, readiness } from '../answers/service.ts';
import type { Answer, Operation } from '../operation.ts';

const ofService = {
  method: 'get',
  tag: 'Service',
  form: 'OpenAi',
  headers: ['RequestId'],
  isPublic: true,
  errors: [],
} as const;

const toPageAnswer = (description: string): Record<'200', Answer> => ({
  '200': { description, content: { 'text/html': null } },
});

export const SERVICE: readonly Operation[] = [
  {
    ...ofService,
    path: '/',
    id: 'getIndex',
    summary: 'What this is and where to go',
    answers: {
      '200': {
        description: 'A page for browsers, text or JSON for other programs.',
        content: { 'text/plain': null, 'application/json': index, 'text/html': null },
      },
    },
  },
  {
    ...ofService,
    path: '/health',
    id: 'getHealth',
    summary: 'Whether the server can answer',
    answers: {
      '200': { description: 'It can.', content: { 'application/json': health } },
      '503': { description: 'It starts or recovers.', content: { 'application/json': health } },
    },
  },
  {
    ...ofService,
    path: '/ready',
    id: 'getReadiness',
    summary: 'Whether a request would be answered at once',
    answers: {
      '200': { description: 'It would.', content: { 'application/json': readiness } },
      '503': {
        description: 'It would not yet, and why.',
        headers: ['Retry-After'],
        content: { 'application/json': notReady },
      },
    },
  },
  {
    ...ofService,
    path: '/metrics',
    id: 'getMetrics',
    summary: 'What was measured, for Prometheus',
    description: 'With the setting `metricsWithoutToken`, programs on this machine need no token.',
    isPublic: false,
    answers: {
      '200': {
        description: 'All names begin with `portside_`.',
        content: { 'text/plain': null },
        examples: { 'text/plain': '# TYPE portside_requests_total counter\n' },
      },
    },
  },
  {
    ...ofService,
    path: '/openapi.json',
    id: 'getOpenApi',
    summary: 'This document',
    answers: { '200': { description: 'OpenAPI 3.1.', content: { 'application/json': z.looseObject({}) } } },
  },
  { ...ofService, path: '/docs', id: 'getDocs', summary: 'The API to be tried', answers: toPageAnswer('Swagger UI.') },
  { ...ofService, path: '/redoc', id: 'getRedoc', summary: 'The API to be read', answers: toPageAnswer('Redoc.') },
];
