import { describe, expect, test } from 'vitest';
import { GatewayError } from '../../../src/core/gateway-error.ts';
import type { Model } from '../../../src/core/model.ts';
import { createModelCatalog, type ModelCatalog } from '../../../src/engine/model-catalog.ts';
import { findInModelMap } from '../../../src/engine/model-map.ts';
import { matchFamilies } from '../../../src/engine/match-families.ts';
import { createModelList, type ModelListOptions } from '../../../src/engine/model-list.ts';
import { restrictModels } from '../../../src/engine/restrict-models.ts';
import { createMemoryLogger } from '../../support/memory-logger.ts';

const model = (id: string, ...aliases: string[]): Model => ({ id, displayName: id, aliases, parameters: [] });
const logger = createMemoryLogger();

const create = (answers: (readonly Model[] | Error)[], options: Partial<ModelListOptions> = {}) => {
  let calls = 0;
  const list = createModelList({ logger, ...options });
  const listModels = async (): Promise<readonly Model[]> => {
    const answer = answers[Math.min(calls, answers.length - 1)] ?? [];
    calls += 1;
    if (answer instanceof Error) throw answer;
    return answer;
  };
  const catalog = createModelCatalog({ load: () => list.load(listModels), defaultModel: 'composer-2.5' });
  return { catalog, calls: () => calls };
};

test('the list is fetched once, also for requests at the same time', async () => {
  const { catalog, calls } = create([[model('composer-2.5')]]);
  await Promise.all([catalog.list(), catalog.resolve(null), catalog.get('composer-2.5')]);
  await catalog.list();
  expect(calls()).toBe(1);
});

test('an old list is used while a new one is fetched', async () => {
  const { catalog } = create([[model('old')], [model('new')]], { maxAgeMs: -1 });
  expect((await catalog.list()).map(({ id }) => id)).toEqual(['old']);
  await expect.poll(async () => (await catalog.list()).map(({ id }) => id)).toEqual(['new']);
});

test('a failed list is asked for again, and meanwhile any id is let through', async () => {
  const { catalog } = create([new GatewayError('upstream_error', 'Down.'), [model('composer-2.5')]]);
  expect((await catalog.resolve('made-up')).selection).toEqual({ id: 'made-up', parameters: [] });
  await expect(catalog.resolve('made-up')).rejects.toMatchObject({ code: 'model_not_found', param: 'model' });
});

test('a list that does not come is not waited for', async () => {
  const list = createModelList({ logger, patienceMs: 5 });
  const load = () => list.load(() => new Promise<never>(() => {}));
  const catalog = createModelCatalog({ load, defaultModel: 'composer-2.5' });
  expect((await catalog.resolve(null)).selection).toEqual({ id: 'composer-2.5', parameters: [] });
});

test('an exact id wins over another model’s alias', async () => {
  const { catalog } = create([[model('a', 'b'), model('b')]]);
  expect((await catalog.resolve('b')).selection).toEqual({ id: 'b', parameters: [] });
});

test('the nearest ids are named, each once', async () => {
  const { catalog } = create([
    [model('claude-opus-4.5', 'opus', 'opus-4.5'), model('composer-2.5'), model('gpt-5'), model('haiku')],
  ]);
  await expect(catalog.resolve('opus-4')).rejects.toThrow(
    /^The model "opus-4" does not exist\. The nearest ones are: claude-opus-4\.5, [^,]+, [^,]+\.$/,
  );
});

test('an alias gets the parameters of the model that it stands for', async () => {
  const parameters = [{ id: 'reasoning', displayName: null, values: ['low', 'high'] }];
  const { catalog } = create([[{ ...model('gpt-5.1', 'gpt-5'), parameters }]]);
  expect(await catalog.resolve('gpt-5', { reasoningEffort: 'medium' })).toEqual({
    selection: { id: 'gpt-5.1', parameters: [{ id: 'reasoning', value: 'low' }] },
    ignored: [],
  });
});

test('without a list, parameters are passed on', async () => {
  const { catalog } = create([new GatewayError('upstream_error', 'Down.')]);
  expect(await catalog.resolve('made-up', { cursorParams: { fast: 'true' }, reasoningEffort: 'low' })).toEqual({
    selection: { id: 'made-up', parameters: [{ id: 'fast', value: 'true' }] },
    ignored: ['reasoning_effort'],
  });
});

test.each([
  ['as it is', (catalog: ModelCatalog) => catalog],
  ['with the names of Anthropic’s models', matchFamilies],
  ['for a client that may not use every model', (catalog: ModelCatalog) => restrictModels(catalog, ['composer-2.5'])],
])('names that are too long are none, and not told: %s', async (_how, change) => {
  const catalog = change(create([[model('composer-2.5'), model('claude-opus-4.5')]]).catalog);
  for (const name of ['['.repeat(5_000_000), `opus-${'a'.repeat(5_000_000)}`, 'a'.repeat(257)]) {
    for (const ask of [catalog.resolve(name), catalog.get(name), catalog.toMeant(name)]) {
      await expect(ask).rejects.toMatchObject({
        code: 'model_not_found',
        param: 'model',
        message: expect.stringMatching(/^.{1,200}$/),
      });
    }
  }
});

describe('the user’s own names', () => {
  const models = [model('composer-2.5'), model('gpt-5.1', 'gpt-5'), model('claude-opus-4.5', 'opus-4.5')];
  const modelMap = {
    'gpt-5': 'composer-2.5',
    'gpt-5.1': 'composer-2.5',
    'gpt-*': 'gpt-5',
    'gpt-4*': 'opus-4.5',
    typo: 'composer-2',
    big: 'opus',
    '': 'gpt-5.1',
    auto: 'gpt-5.1',
  };
  const mapped = (list: readonly Model[] | null = models) =>
    createModelCatalog({ load: async () => list, defaultModel: 'composer-2.5', modelMap });

  test.each<[name: string | null, id: string, why: string]>([
    ['gpt-5.1', 'gpt-5.1', 'an id of the list is itself'],
    ['gpt-5', 'composer-2.5', 'the map wins over an alias'],
    ['opus-4.5', 'claude-opus-4.5', 'an alias'],
    ['gpt-4o-mini', 'claude-opus-4.5', 'the longest beginning counts, and may lead to an alias'],
    ['gpt-3', 'gpt-5.1', 'what the map says is not mapped again'],
    [null, 'composer-2.5', 'the default model is a setting of its own'],
    ['auto', 'composer-2.5', 'and so for auto'],
    ['', 'composer-2.5', 'and for an empty name'],
  ])('%j means %s: %s', async (name, id) => {
    expect((await mapped().resolve(name)).selection.id).toBe(id);
    if (name !== null) expect((await mapped().get(name)).id).toBe(id);
  });

  test('one that leads to nothing is told with what it led to', async () => {
    const refusal = {
      code: 'model_not_found',
      message: expect.stringMatching(
        /"composer-2" does not exist\. "typo" stands for it by the setting portside\.modelMap\. The nearest ones are: composer-2\.5/,
      ),
    };
    await expect(mapped().resolve('typo')).rejects.toMatchObject(refusal);
    await expect(mapped().get('typo')).rejects.toMatchObject(refusal);
  });

  test('they hold where there is no list', async () => {
    expect((await mapped(null).resolve('gpt-4')).selection.id).toBe('opus-4.5');
    expect((await mapped(null).resolve('made-up')).selection.id).toBe('made-up');
  });

  test.each<[name: string | null, id: string]>([
    ['gpt-5', 'composer-2.5'],
    ['opus-4.5', 'claude-opus-4.5'],
    ['claude-opus-4-1-20250805', 'claude-opus-4.5'],
    ['big', 'claude-opus-4.5'],
    ['claude-haiku-4-5', 'composer-2.5'],
    ['typo', 'composer-2.5'],
    [null, 'composer-2.5'],
  ])('with the names of Anthropic’s models, %j means %s', async (name, id) => {
    expect((await matchFamilies(mapped()).resolve(name)).selection.id).toBe(id);
  });

  test('a model that nothing matches cannot be looked up', async () => {
    expect((await matchFamilies(mapped()).get('opus')).id).toBe('claude-opus-4.5');
    await expect(matchFamilies(mapped()).get('claude-haiku-4-5')).rejects.toMatchObject({ code: 'model_not_found' });
  });

  test('names that every object has mean nothing', () => {
    expect(findInModelMap({}, 'constructor')).toBe(null);
  });
});
