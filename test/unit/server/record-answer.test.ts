import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { expect, test } from 'vitest';
import { recordAnswer } from '../../../src/server/idempotency/record-answer.ts';
import { collectGarbage } from '../../support/collect-garbage.ts';

const MEGABYTE = 1024 * 1024;
const createResponse = () => new ServerResponse(new IncomingMessage(new Socket()));

const bytesInUse = (): number => {
  collectGarbage();
  return process.memoryUsage().arrayBuffers;
};

test.each<[name: string, count: number, isKept: boolean]>([
  ['up to the limit', 3, true],
  ['but not beyond it', 4, false],
])('a body is recorded %s', async (_name, count, isKept) => {
  const response = createResponse();
  const recorded = recordAnswer(response, 3);
  for (let index = 1; index < count; index += 1) response.write('x');
  response.end('x');
  expect((await recorded)?.body.toString() ?? null).toBe(isKept ? 'x'.repeat(count) : null);
});

test('what was recorded of a body is let go as soon as it is too large', async () => {
  const text = 'x'.repeat(MEGABYTE);
  const response = createResponse();
  const recorded = recordAnswer(response, 20 * MEGABYTE);
  const before = bytesInUse();
  for (let index = 0; index < 20; index += 1) response.write(text);
  expect(bytesInUse() - before).toBeGreaterThan(19 * MEGABYTE);
  response.write('x');
  await expect.poll(() => bytesInUse() - before).toBeLessThan(5 * MEGABYTE);
  response.end();
  expect(await recorded).toBeNull();
});
