import { expect, test } from 'vitest';
import { countTokens } from '../../../../src/engine/output/count-tokens.ts';

const toPrompt = (text: string) => ({
  systemPrompt: null,
  messages: [{ role: 'user', content: [{ type: 'text', text }] } as const],
  tools: [],
});

test('a count ends with its signal, also amid the work', async () => {
  const prompt = toPrompt('some words '.repeat(20_000));
  await expect(countTokens(prompt, new AbortController().signal)).resolves.toBeGreaterThan(40_000);
  await expect(countTokens(prompt, AbortSignal.abort())).rejects.toThrow(/abort/);
  const controller = new AbortController();
  const counting = countTokens(prompt, controller.signal);
  setImmediate(() => controller.abort());
  await expect(counting).rejects.toThrow(/abort/);
});
