import { describe, expect, test } from 'vitest';
import { DEFAULT_ACCOUNT } from '../../../src/core/credential-source.ts';
import { GatewayError } from '../../../src/core/gateway-error.ts';
import type { Model } from '../../../src/core/model.ts';
import { createModelCatalog } from '../../../src/engine/model-catalog.ts';
import { createModelCatalogs } from '../../../src/engine/model-catalogs.ts';
import { matchFamilies } from '../../../src/engine/match-families.ts';
import { restrictModels } from '../../../src/engine/restrict-models.ts';
import { createFixedCredentials } from '../../support/fixed-credentials.ts';
import { createMemoryLogger } from '../../support/memory-logger.ts';

const model = (id: string, ...aliases: string[]): Model => ({ id, displayName: id, aliases, parameters: [] });
const logger = createMemoryLogger();

describe('the catalogs of accounts', () => {
  const setUp = (answer: (apiKey: string) => readonly Model[]) => {
    const asked: string[] = [];
    const credentials = createFixedCredentials('crsr_home');
    const catalogs = createModelCatalogs({
      backend: {
        async listModels(apiKey) {
          asked.push(apiKey);
          return answer(apiKey);
        },
      },
      credentials: credentials.source,
      defaultModel: 'composer-2.5',
      logger,
    });
    return { catalogs, asked, credentials };
  };

  test('each account has its own, fetched once', async () => {
    const { catalogs, asked, credentials } = setUp((apiKey) => [model(`of-${apiKey}`)]);
    const list = async (...of: Parameters<typeof catalogs.of>) => (await (await catalogs.of(...of)).list())[0]?.id;
    expect(await list(DEFAULT_ACCOUNT)).toBe('of-crsr_home');
    expect(await list({ type: 'account', name: 'work' })).toBe('of-crsr_work');
    expect(await list({ type: 'key', apiKey: 'crsr_own' })).toBe('of-crsr_own');
    expect(await list({ type: 'account', name: 'home' })).toBe('of-crsr_home');
    expect(asked).toEqual(['crsr_home', 'crsr_work', 'crsr_own']);
    expect(credentials.notes).toEqual(['home: ok', 'work: ok', 'own key: ok']);
  });

  test('a key that Cursor refuses is noted', async () => {
    const { catalogs, credentials } = setUp(() => {
      throw new GatewayError('cursor_sign_in_required', 'No.');
    });
    expect((await (await catalogs.of(DEFAULT_ACCOUNT)).list()).map(({ id }) => id)).toEqual(['composer-2.5']);
    expect(credentials.notes).toEqual(['home: cursor_sign_in_required']);
  });

  test.each([
    ['nobody is signed in', new GatewayError('cursor_sign_in_required', 'No.'), ['composer-2.5']],
    ['the sign-in has expired', new GatewayError('cursor_sign_in_expired', 'No.'), ['composer-2.5']],
    ['there is no such account', new GatewayError('invalid_request', 'No.'), null],
  ])('where %s', async (_name, error, ids) => {
    const catalogs = createModelCatalogs({
      backend: { listModels: () => Promise.reject(new Error('never asked')) },
      credentials: { ...createFixedCredentials().source, select: () => Promise.reject(error) },
      defaultModel: 'composer-2.5',
      logger,
    });
    if (ids === null) await expect(catalogs.of(DEFAULT_ACCOUNT)).rejects.toBe(error);
    else expect((await (await catalogs.of(DEFAULT_ACCOUNT)).list()).map(({ id }) => id)).toEqual(ids);
  });
});

describe('a client that may not use every model', () => {
  const MODELS = [model('composer-2.5'), model('gpt-5.1', 'gpt-5'), model('haiku')];
  const create = (allowed: readonly string[] | null, listed: readonly Model[] = MODELS) =>
    restrictModels(
      createModelCatalog({ load: async () => (listed.length === 0 ? null : listed), defaultModel: 'composer-2.5' }),
      allowed,
    );
  const ids = async (allowed: readonly string[] | null) => (await create(allowed).list()).map(({ id }) => id);
  const resolve = async (allowed: readonly string[], id: string | null, listed?: readonly Model[]) =>
    (await create(allowed, listed).resolve(id)).selection.id;

  test('sees its own, by id or by alias', async () => {
    expect(await ids(null)).toEqual(['composer-2.5', 'gpt-5.1', 'haiku']);
    expect(await ids(['gpt-5', 'haiku', 'gone'])).toEqual(['gpt-5.1', 'haiku']);
  });

  test.each<[allowed: string[], asked: string | null, used: string]>([
    [['gpt-5'], 'gpt-5.1', 'gpt-5.1'],
    [['gpt-5'], 'gpt-5', 'gpt-5.1'],
    [['gpt-5.1'], 'gpt-5', 'gpt-5.1'],
    [['haiku', 'composer-2.5'], null, 'composer-2.5'],
    [['haiku', 'gpt-5'], null, 'haiku'],
    [['gpt-5'], 'auto', 'gpt-5.1'],
    [['gpt-5'], '', 'gpt-5.1'],
  ])('that may use %j and asks for %j gets %s', async (allowed, asked, used) => {
    expect(await resolve(allowed, asked)).toBe(used);
  });

  test.each<[allowed: string[], shown: string]>([
    [['haiku', 'composer-2.5'], 'composer-2.5'],
    [['gpt-5'], 'gpt-5.1'],
  ])('that may use %j sees under auto the one that it means', async (allowed, shown) => {
    for (const name of ['auto', '']) expect((await create(allowed).get(name)).id).toBe(shown);
  });

  test.each(['composer-2.5', 'haiku', 'made-up'])('is refused %s', async (id) => {
    const refusal = { code: 'permission_denied', param: 'model', message: expect.stringContaining('gpt-5') };
    await expect(create(['gpt-5']).resolve(id)).rejects.toMatchObject(refusal);
    await expect(create(['gpt-5']).get(id)).rejects.toMatchObject(refusal);
  });

  describe('and whose names a map changes', () => {
    const restrict = (allowed: readonly string[], listed: readonly Model[] | null = MODELS) => {
      const modelMap = { 'gpt-5': 'haiku', small: 'haiku', big: 'gpt-5.1', 'o*': 'composer-2.5' };
      return restrictModels(
        createModelCatalog({ load: async () => listed, defaultModel: 'composer-2.5', modelMap }),
        allowed,
      );
    };

    test.each<[allowed: string[], asked: string | null, used: string | null]>([
      [['gpt-5.1'], 'big', 'gpt-5.1'],
      [['haiku'], 'small', 'haiku'],
      [['gpt-5.1'], 'small', null],
      [['small'], 'small', null],
      // The alias that it may use has been given to another model.
      [['gpt-5'], 'gpt-5', null],
      [['gpt-5'], 'gpt-5.1', 'gpt-5.1'],
      [['gpt-5'], null, 'gpt-5.1'],
      [['haiku'], 'o3', null],
    ])('that may use %j and asks for %j gets %s', async (allowed, asked, used) => {
      const answer = restrict(allowed).resolve(asked);
      if (used === null) await expect(answer).rejects.toMatchObject({ code: 'permission_denied' });
      else expect((await answer).selection.id).toBe(used);
    });

    test('is held to what names mean where there is no list', async () => {
      expect((await restrict(['haiku'], null).resolve('small')).selection.id).toBe('haiku');
      await expect(restrict(['small'], null).resolve('small')).rejects.toMatchObject({ code: 'permission_denied' });
      await expect(restrict(['small'], null).resolve(null)).rejects.toMatchObject({ code: 'permission_denied' });
    });

    test.each([
      ['claude-haiku-4-5', true],
      ['gpt-5', true],
      ['claude-opus-4-5', false],
      ['opus', false],
      ['claude-opus-4.5', false],
      ['gpt-5.1', false],
      ['big', false],
      ['made-up', false],
    ])('where names are Anthropic’s, has its own for what others it names: %s', async (asked, isListed) => {
      const models = [...MODELS, model('claude-opus-4.5', 'opus')];
      const catalog = matchFamilies(restrict(['haiku'], models));
      expect((await catalog.resolve(asked)).selection.id).toBe('haiku');
      expect((await catalog.toMeant(asked)).isListed).toBe(isListed);
      if (isListed) expect((await catalog.get(asked)).id).toBe('haiku');
      else await expect(catalog.get(asked)).rejects.toMatchObject({ code: 'permission_denied' });
    });
  });

  test('is refused by name where there is no list', async () => {
    expect(await resolve(['gpt-5'], 'gpt-5', [])).toBe('gpt-5');
    await expect(resolve(['gpt-5'], 'haiku', [])).rejects.toMatchObject({ code: 'permission_denied' });
    expect(await resolve(['gpt-5'], null, [])).toBe('gpt-5');
  });
});
