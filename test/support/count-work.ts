import { vi } from 'vitest';

/**
 * How many characters of text `work` looks at: each by itself, and each of a text that it gives to a regular expression, a
 * comparison or a parser, but for searches that go on where the last one ended. The same number on every machine, unlike a
 * time; what a regular expression does inside does not show.
 */
export const countWork = (work: () => void): number => {
  const single = [vi.spyOn(String.prototype, 'charAt'), vi.spyOn(String.prototype, 'charCodeAt')];
  const exec = vi.spyOn(RegExp.prototype, 'exec');
  const startsWith = vi.spyOn(String.prototype, 'startsWith');
  const parse = vi.spyOn(JSON, 'parse');
  try {
    work();
    const texts = [
      ...exec.mock.calls.filter((_call, index) => !isGlobal(exec.mock.contexts[index])),
      ...startsWith.mock.calls,
      ...parse.mock.calls,
    ];
    return [...single.map(({ mock }) => mock.calls.length), ...texts.map(([text]) => text.length)].reduce(
      (sum, count) => sum + count,
      0,
    );
  } finally {
    for (const spy of [...single, exec, startsWith, parse]) spy.mockRestore();
  }
};

const isGlobal = (expression: unknown): boolean => expression instanceof RegExp && expression.global;
