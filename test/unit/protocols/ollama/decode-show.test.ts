import { expect, test } from 'vitest';
import { decodeOllamaShow } from '../../../../src/protocols/ollama/decode-show.ts';
import { toOllamaError } from '../../../../src/protocols/ollama/error.ts';
import { GatewayError } from '../../../../src/core/gateway-error.ts';

test.each([
  { body: { model: 'm' }, decoded: { model: 'm', ignored: [] } },
  { body: { model: 'm:latest', verbose: true, system: null }, decoded: { model: 'm', ignored: ['verbose'] } },
  { body: { name: 'm' }, decoded: { model: 'm', ignored: [] } },
  { body: { model: '', name: 'm' }, decoded: { model: 'm', ignored: [] } },
])('the model of $body is read', ({ body, decoded }) => {
  expect(decodeOllamaShow(body)).toEqual(decoded);
});

test.each([{}, { model: '' }, { model: 1 }, []])('%j names no model', (body) => {
  expect(() => decodeOllamaShow(body)).toThrow(expect.objectContaining({ code: 'validation_failed' }));
});

test('an error tells once what a tool without a token needs', () => {
  const told = (message: string) => toOllamaError(new GatewayError('client_token_invalid', message)).error;
  expect(told('No token.')).toMatch(/^No token\. .*`portside\.requireToken`/);
  expect(told('See portside.requireToken.')).toBe('See portside.requireToken.');
  expect(toOllamaError(new GatewayError('invalid_json', 'Bad.'))).toEqual({ error: 'Bad.' });
});
