import { describe, expect, test } from 'vitest';
import type { Model } from '../../../src/core/model.ts';
import {
  type ModelParameterOptions,
  REASONING_LEVELS,
  toModelSelection,
  toUnlistedSelection,
} from '../../../src/engine/model-parameters.ts';

const model = (parameters: Record<string, string[]>): Model => ({
  id: 'm',
  displayName: 'M',
  aliases: [],
  parameters: Object.entries(parameters).map(([id, values]) => ({ id, displayName: null, values })),
});
const onOff = ['false', 'true'];
const models = {
  plain: model({}),
  fast: model({ fast: onOff }),
  thinking: model({ fast: onOff, thinking: onOff }),
  reasoning: model({ reasoning: ['low', 'medium', 'high'], fast: onOff }),
  wide: model({ Reasoning_Effort: ['None', 'Low', 'High', 'XHigh'] }),
  effort: model({ thinking: onOff, effort: ['low', 'max'] }),
  strange: model({ effort: ['a', 'b'], thinking: onOff }),
  open: model({ note: [] }),
};
const ignored = ['reasoning_effort'];

describe('the parameters of a model', () => {
  test.each<
    [name: keyof typeof models, options: ModelParameterOptions, set: Record<string, string>, ignored?: string[]]
  >([
    ['plain', {}, {}],
    ['plain', { reasoningEffort: 'high' }, {}, ignored],
    ['fast', { reasoningEffort: 'high' }, {}, ignored],
    ['plain', { defaultReasoningEffort: 'high' }, {}],
    ['reasoning', {}, {}],
    ['reasoning', { reasoningEffort: 'medium' }, { reasoning: 'medium' }],
    ['reasoning', { reasoningEffort: 'HIGH' }, { reasoning: 'high' }],
    ['reasoning', { reasoningEffort: 'none' }, { reasoning: 'low' }],
    ['reasoning', { reasoningEffort: 'minimal' }, { reasoning: 'low' }],
    ['reasoning', { reasoningEffort: 'xhigh' }, { reasoning: 'high' }],
    ['reasoning', { reasoningEffort: 'max' }, { reasoning: 'high' }],
    ['reasoning', { defaultReasoningEffort: 'xhigh' }, { reasoning: 'high' }],
    ['reasoning', { defaultReasoningEffort: 'made-up' }, {}],
    ['reasoning', { defaultReasoningEffort: '' }, {}],
    ['reasoning', { reasoningEffort: 'low', defaultReasoningEffort: 'high' }, { reasoning: 'low' }],
    ['reasoning', { reasoningEffort: null, cursorParams: null, defaultReasoningEffort: 'low' }, { reasoning: 'low' }],
    ['wide', { reasoningEffort: 'none' }, { Reasoning_Effort: 'None' }],
    ['wide', { reasoningEffort: 'minimal' }, { Reasoning_Effort: 'None' }],
    ['wide', { reasoningEffort: 'medium' }, { Reasoning_Effort: 'Low' }],
    ['wide', { reasoningEffort: 'xhigh' }, { Reasoning_Effort: 'XHigh' }],
    ['effort', { reasoningEffort: 'medium' }, { effort: 'low' }],
    ['effort', { reasoningEffort: 'high' }, { effort: 'low' }],
    ['effort', { reasoningEffort: 'xhigh' }, { effort: 'max' }],
    ['thinking', { reasoningEffort: 'none' }, { thinking: 'false' }],
    ['thinking', { reasoningEffort: 'minimal' }, { thinking: 'false' }],
    ['thinking', { reasoningEffort: 'low' }, { thinking: 'true' }],
    ['thinking', { defaultReasoningEffort: 'high' }, { thinking: 'true' }],
    ['strange', { reasoningEffort: 'low' }, { thinking: 'true' }],
    ['fast', { cursorParams: { fast: 'true' } }, { fast: 'true' }],
    ['open', { cursorParams: { note: 'anything' } }, { note: 'anything' }],
    ['reasoning', { cursorParams: { fast: 'true' }, reasoningEffort: 'high' }, { reasoning: 'high', fast: 'true' }],
    ['reasoning', { cursorParams: { reasoning: 'low' }, reasoningEffort: 'high' }, { reasoning: 'low' }, ignored],
    ['thinking', { cursorParams: { thinking: 'false' }, defaultReasoningEffort: 'high' }, { thinking: 'false' }],
  ])('%s with %j', (name, options, set, expected = []) => {
    expect(toModelSelection(models[name], options)).toEqual({
      selection: { id: 'm', parameters: Object.entries(set).map(([id, value]) => ({ id, value })) },
      ignored: expected,
    });
  });

  test.each<[name: keyof typeof models, options: ModelParameterOptions, param: string, message: RegExp]>([
    [
      'reasoning',
      { reasoningEffort: 'extreme' },
      'reasoning_effort',
      /none, minimal, low, medium, high, xhigh, max\.$/,
    ],
    ['plain', { reasoningEffort: 'extreme' }, 'reasoning_effort', /levels are/],
    ['reasoning', { cursorParams: { speed: '1' } }, 'cursor_params.speed', /It takes: reasoning, fast\.$/],
    ['plain', { cursorParams: { fast: 'true' } }, 'cursor_params.fast', /It takes none\.$/],
    ['reasoning', { cursorParams: { reasoning: 'xhigh' } }, 'cursor_params.reasoning', /low, medium, high\.$/],
    ['fast', { cursorParams: { constructor: 'x' } }, 'cursor_params.constructor', /It takes: fast\.$/],
  ])('%s refuses %j', (name, options, param, message) => {
    expect(() => toModelSelection(models[name], options)).toThrow(
      expect.objectContaining({ code: 'unsupported_value', param, message: expect.stringMatching(message) }),
    );
  });

  test('the order of the parameters is the model’s', () => {
    const { selection } = toModelSelection(models.thinking, { cursorParams: { thinking: 'true', fast: 'false' } });
    expect(selection.parameters.map(({ id }) => id)).toEqual(['fast', 'thinking']);
  });
});

describe('a model that nothing is known of', () => {
  test('its parameters are passed on, the effort is not', () => {
    const options = { cursorParams: { b: '2', a: '1' }, reasoningEffort: 'low', defaultReasoningEffort: 'high' };
    expect(toUnlistedSelection('x', options)).toEqual({
      selection: {
        id: 'x',
        parameters: [
          { id: 'a', value: '1' },
          { id: 'b', value: '2' },
        ],
      },
      ignored,
    });
  });

  test('a level that does not exist is refused', () => {
    expect(() => toUnlistedSelection('x', { reasoningEffort: 'extreme' })).toThrow(REASONING_LEVELS.join(', '));
  });
});
