import { expect, test } from 'vitest';
import { toOpenAiModelList, toOpenCodeModelList } from '../../../src/protocols/openai-models.ts';

const models = [
  {
    id: 'composer-2.5',
    displayName: 'Composer 2.5',
    aliases: ['composer'],
    parameters: [{ id: 'fast', displayName: null, values: ['false', 'true'] }],
  },
];

test.each([
  ['plain', toOpenAiModelList, { id: 'composer-2.5', name: 'Composer 2.5' }],
  ['for OpenCode', toOpenCodeModelList, { id: 'composer-2.5-sdk', name: 'Composer 2.5 SDK Harness' }],
])('the list of models, %s', (_name, toList, names) => {
  expect(toList(models)).toEqual({
    object: 'list',
    data: [
      {
        ...names,
        object: 'model',
        created: 1_749_220_800,
        owned_by: 'cursor',
        cursor_aliases: ['composer'],
        cursor_parameters: [{ id: 'fast', name: 'fast', values: ['false', 'true'] }],
      },
    ],
  });
});
