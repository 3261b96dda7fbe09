import { describe, expect, it } from 'vitest';
import { fillArguments, fillTemplate } from '../../../src/simulator/template.ts';

const values = {
  prompt: 'Say {{result.0}}',
  groups: ['whole', 'first', undefined],
  results: new Map([
    [0, 'zero'],
    [10, 'ten $& $1'],
  ]),
};

describe('fillTemplate', () => {
  it.each([
    ['plain', 'plain'],
    ['{{prompt}}', 'Say {{result.0}}'],
    ['{{result.0}} and {{result.10}}', 'zero and ten $& $1'],
    ['{{match.0}}, {{match.1}}, {{match.2}}.', 'whole, first, .'],
    ['{{match.3}} {{result.1}}', '{{match.3}} {{result.1}}'],
    ['{{unknown}} {{result}} {prompt}', '{{unknown}} {{result}} {prompt}'],
    ['{{ prompt }}', 'Say {{result.0}}'],
  ])('fills %j', (template, filled) => {
    expect(fillTemplate(template, values)).toBe(filled);
  });

  it('fills every string of arguments', () => {
    const filled = fillArguments({ a: '{{result.0}}', b: [{ c: '{{match.1}}', d: 1 }, null, true] }, values);
    expect(filled).toEqual({ a: 'zero', b: [{ c: 'first', d: 1 }, null, true] });
  });
});
