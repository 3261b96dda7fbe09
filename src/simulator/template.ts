import type { ToolArguments } from './scenario-step.ts';

type JsonValue = ToolArguments[string];

/** What the placeholders of a scenario's strings stand for. */
export interface TemplateValues {
  readonly prompt: string;
  /** Capture groups of the rule's prompt pattern, the whole match first. */
  readonly groups: readonly (string | undefined)[];
  /** Texts of the run's tool results, by the place of the call in the scenario. */
  readonly results: ReadonlyMap<number, string>;
}

const PLACEHOLDER = /\{\{\s*(?:(prompt)|(result|match)\.(\d+))\s*\}\}/g;

/**
 * Fills `{{prompt}}`, `{{match.N}}` (as in a RegExp match: 1 is the first capture group) and `{{result.N}}` in one pass, so
 * that what a value holds is never filled again. A result or group that is not there leaves its placeholder, for its author to see;
 * a group that took no part in the match is empty.
 */
export function fillTemplate(template: string, values: TemplateValues): string {
  return template.replace(PLACEHOLDER, (placeholder, prompt: string | undefined, kind: string, digits: string) => {
    if (prompt !== undefined) return values.prompt;
    const index = Number(digits);
    if (kind === 'result') return values.results.get(index) ?? placeholder;
    return index < values.groups.length ? (values.groups[index] ?? '') : placeholder;
  });
}

/** Fills the placeholders in every string of a tool's arguments, however deep. */
export function fillArguments(toolArguments: ToolArguments, values: TemplateValues): ToolArguments {
  return Object.fromEntries(Object.entries(toolArguments).map(([key, value]) => [key, fillValue(value, values)]));
}

function fillValue(value: JsonValue, values: TemplateValues): JsonValue {
  if (typeof value === 'string') return fillTemplate(value, values);
  if (Array.isArray(value)) return value.map((each) => fillValue(each, values));
  return typeof value === 'object' && value !== null ? fillArguments(value, values) : value;
}
