import { NotFoundError } from 'openai';
import { describe, expect, test } from 'vitest';
import { useContract } from '../support/contract-client.ts';

const contract = useContract();

describe('models', () => {
  test('lists what the account has', async () => {
    const { openai } = contract();
    const { data } = await openai.models.list();
    expect(data.map(({ id }) => id)).toEqual(
      expect.arrayContaining(['composer-2.5', 'claude-sonnet-4.5', 'claude-opus-4.5', 'claude-haiku-4.5']),
    );
    expect(data.some(({ id }) => id.startsWith('gpt-'))).toBe(true);
    for (const model of data) expect(model).toMatchObject({ object: 'model', owned_by: 'cursor' });
    const parametersOf = (id: string) =>
      data.find((model) => model.id === id && 'cursor_parameters' in model) as
        | { cursor_parameters?: unknown }
        | undefined;
    expect(parametersOf('composer-2.5')?.cursor_parameters).toMatchObject([{ id: 'fast' }]);
    expect(parametersOf('claude-sonnet-4.5')?.cursor_parameters).toMatchObject([{ id: 'thinking' }]);
  });

  test.each(['composer-2.5', 'claude-haiku-4.5'])('retrieves %s as the list has it', async (id) => {
    const { openai } = contract();
    const { data } = await openai.models.list();
    expect(await openai.models.retrieve(id)).toEqual(data.find((model) => model.id === id));
  });

  test('does not know a model that is not there', async () => {
    const { openai } = contract();
    const error: unknown = await openai.models.retrieve('claude-sonet-4.5').catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(NotFoundError);
    expect(error).toMatchObject({
      status: 404,
      type: 'invalid_request_error',
      code: 'model_not_found',
      param: 'model',
    });
    expect((error as Error).message).toContain('claude-sonnet-4.5');
  });
});
