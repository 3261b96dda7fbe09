import { GatewayError } from '../core/gateway-error.ts';
import type { Model, ModelParameter, ModelSelection } from '../core/model.ts';

/** What a request, and the settings, say about the parameters of its model. */
export interface ModelParameterOptions {
  /** The request's `reasoning_effort`: one of OpenAI's levels. */
  readonly reasoningEffort?: string | null;
  /** The request's `cursor_params`, by parameter id. They win over the effort. */
  readonly cursorParams?: Readonly<Record<string, string>> | null;
  /** The level for requests that name none; empty for the model's own. Where it does not fit the model it has no effect. */
  readonly defaultReasoningEffort?: string;
}

/** The model to run, and the request fields that have no effect on it. */
export interface ModelResolution {
  readonly selection: ModelSelection;
  readonly ignored: readonly string[];
}

/** OpenAI's levels, from the least on. */
export const REASONING_LEVELS: readonly string[] = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'];

/**
 * Sets the parameters of a model for a request.
 *
 * `reasoning_effort` goes to the parameter that is named so, to the level itself or to the nearest that the model offers,
 * of two as near to the lower; where there is but an on/off `thinking`, `none` and `minimal` switch it off and all others
 * on. A model with neither leaves it without effect, which `ignored` tells.
 *
 * @throws GatewayError `unsupported_value` for a level, a parameter or a value that does not exist, naming those that do.
 */
export const toModelSelection = (model: Model, options: ModelParameterOptions): ModelResolution => {
  const { reasoningEffort = null, cursorParams, defaultReasoningEffort = '' } = options;
  if (reasoningEffort !== null) requireLevel(reasoningEffort);
  const values = new Map(Object.entries(cursorParams ?? {}));
  for (const [id, value] of values) requireParameter(model, id, value);
  const effort = toEffortParameter(model, reasoningEffort ?? defaultReasoningEffort);
  const hasEffect = effort !== null && !values.has(effort.id);
  if (hasEffect) values.set(effort.id, effort.value);
  return {
    selection: {
      id: model.id,
      // In the model's order, so that the same choice is the same selection however it was written.
      parameters: model.parameters.flatMap(({ id }) => {
        const value = values.get(id);
        return value === undefined ? [] : [{ id, value }];
      }),
    },
    ignored: reasoningEffort !== null && !hasEffect ? ['reasoning_effort'] : [],
  };
};

/** The same for a model that nothing is known of: Cursor decides about the parameters. @throws GatewayError for a level that does not exist. */
export const toUnlistedSelection = (id: string, options: ModelParameterOptions): ModelResolution => {
  const { reasoningEffort = null, cursorParams } = options;
  if (reasoningEffort !== null) requireLevel(reasoningEffort);
  return {
    selection: {
      id,
      parameters: Object.entries(cursorParams ?? {})
        .map(([parameter, value]) => ({ id: parameter, value }))
        .toSorted((a, b) => (a.id < b.id ? -1 : 1)),
    },
    ignored: reasoningEffort === null ? [] : ['reasoning_effort'],
  };
};

const toEffortParameter = (model: Model, level: string): { id: string; value: string } | null => {
  const rank = toRank(level);
  if (rank === -1) return null;
  const reasoning = model.parameters.find(({ id }) => /^(?:reasoning(?:_?effort)?|effort)$/i.test(id));
  const nearest = reasoning && toNearestValue(reasoning, rank);
  if (nearest !== undefined) return nearest;
  const thinking = model.parameters.find(({ id }) => id.toLowerCase() === 'thinking');
  const value = rank > toRank('minimal') ? 'true' : 'false';
  return thinking?.values.includes(value) === true ? { id: thinking.id, value } : null;
};

const toNearestValue = (parameter: ModelParameter, wanted: number): { id: string; value: string } | undefined => {
  const [nearest] = parameter.values
    .map((value) => ({ value, rank: toRank(value) }))
    .filter(({ rank }) => rank !== -1)
    .toSorted((a, b) => Math.abs(a.rank - wanted) - Math.abs(b.rank - wanted) || a.rank - b.rank);
  return nearest && { id: parameter.id, value: nearest.value };
};

const toRank = (level: string): number => REASONING_LEVELS.indexOf(level.toLowerCase());

const requireLevel = (level: string): void => {
  if (toRank(level) !== -1) return;
  throw new GatewayError(
    'unsupported_value',
    `reasoning_effort: "${level}" is not supported. The levels are: ${REASONING_LEVELS.join(', ')}.`,
    { param: 'reasoning_effort' },
  );
};

const requireParameter = (model: Model, id: string, value: string): void => {
  const param = `cursor_params.${id}`;
  const parameter = model.parameters.find((each) => each.id === id);
  if (parameter === undefined) {
    const ids = model.parameters.map((each) => each.id).join(', ');
    const valid = ids === '' ? 'It takes none.' : `It takes: ${ids}.`;
    throw new GatewayError('unsupported_value', `${param}: ${model.id} has no such parameter. ${valid}`, { param });
  }
  if (parameter.values.length === 0 || parameter.values.includes(value)) return;
  throw new GatewayError(
    'unsupported_value',
    `${param}: "${value}" is not one of its values for ${model.id}: ${parameter.values.join(', ')}.`,
    { param },
  );
};
