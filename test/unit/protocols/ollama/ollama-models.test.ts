import { expect, test } from 'vitest';
import { toLoadedAnswer } from '../../../../src/protocols/ollama/answer-object.ts';
import { toRunningModels, toShownModel, toTags, toVersion } from '../../../../src/protocols/ollama/models.ts';
import { toNoEmbeddings } from '../../../../src/protocols/no-embeddings.ts';
import { toNoModelManagement } from '../../../../src/protocols/ollama/refusals.ts';

const model = {
  id: 'composer-2.5',
  displayName: 'Composer 2.5',
  aliases: [],
  parameters: [{ id: 'reasoning', displayName: null, values: ['low'] }],
};

test('models are told as Ollama tells its own', () => {
  const entry = { name: 'composer-2.5', model: 'composer-2.5', digest: expect.stringMatching(/^[0-9a-f]{64}$/) };
  expect(toTags([model])).toMatchObject({ models: [{ ...entry, modified_at: expect.any(String) }] });
  expect(toRunningModels([{ model, expiresAt: 0 }])).toMatchObject({
    models: [{ ...entry, expires_at: '1970-01-01T00:00:00.000Z' }],
  });
});

test('what a model can do is told, thinking where it has a level for it', () => {
  expect(toShownModel(model).capabilities).toEqual(['completion', 'tools', 'vision', 'insert', 'thinking']);
  expect(toShownModel({ ...model, parameters: [] }).capabilities).not.toContain('thinking');
});

test('the context length is told under the name of the architecture', () => {
  const info: Readonly<Record<string, unknown>> = toShownModel(model).model_info;
  expect(info[`${String(info['general.architecture'])}.context_length`]).toBeGreaterThan(0);
});

test('the version is one that clients accept', () => {
  expect(toVersion().version).toMatch(/^0\.\d+\.\d+$/);
});

test.each([
  { keepMs: null, reason: 'load' },
  { keepMs: 1, reason: 'load' },
  { keepMs: 0, reason: 'unload' },
])('a request that asks nothing is for $reason (kept for $keepMs ms)', ({ keepMs, reason }) => {
  expect(toLoadedAnswer({ kind: 'generate', model: 'm', now: () => 0 }, keepMs)).toEqual({
    model: 'm',
    created_at: '1970-01-01T00:00:00.000Z',
    response: '',
    done: true,
    done_reason: reason,
  });
});

test.each([toNoEmbeddings(), toNoModelManagement('/api/pull')])(
  'what cannot be is refused with a sentence',
  (error) => {
    expect(error.spec.status).toBe(501);
    expect(error.message).toMatch(/\.$/);
  },
);
