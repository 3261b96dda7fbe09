import * as z from 'zod';
import { parseAt } from '../parse-at.ts';
import type { CountRequest } from './schema.ts';

/** What becomes of the reasoning: told, told without its text, or left out, as Anthropic does where nobody asked for it. */
export type ThinkingDisplay = 'shown' | 'omitted' | 'none';

/** How hard the model is to think. */
export interface DecodedThinking {
  /** One of OpenAI's levels; `null` for the model's own. */
  readonly reasoningEffort: string | null;
  /** The field that says so, for those whose model has no levels; `null` where none does. */
  readonly effortField: string | null;
  readonly thinkingDisplay: ThinkingDisplay;
  /** The fields that have no effect. */
  readonly ignored: readonly string[];
}

/**
 * Reads `thinking` and `output_config.effort`, of which `disabled` and then the effort win over a budget. Types and efforts
 * that are not known have no effect: clients send those of the model that they take this one for.
 *
 * @throws GatewayError `validation_failed` for a budget that is no number
 */
export const decodeThinking = ({
  thinking,
  output_config: output,
}: Pick<CountRequest, 'thinking' | 'output_config'>): DecodedThinking => {
  const effort = output?.effort ?? null;
  const isKnownEffort = typeof effort === 'string' && EFFORTS.has(effort);
  const byEffort = isKnownEffort ? { reasoningEffort: effort, effortField: 'output_config.effort' } : null;
  const ignoredEffort = effort !== null && !isKnownEffort ? ['output_config.effort'] : [];
  const none = { reasoningEffort: null, effortField: null };
  switch (thinking?.type) {
    case 'enabled': {
      const { budget_tokens: budget } = parseAt(enabledSchema, thinking, ['thinking']);
      const byBudget =
        typeof budget === 'number' ? { reasoningEffort: toLevel(budget), effortField: 'thinking' } : none;
      return { ...(byEffort ?? byBudget), thinkingDisplay: toDisplay(thinking), ignored: ignoredEffort };
    }
    case 'adaptive':
      return { ...(byEffort ?? none), thinkingDisplay: toDisplay(thinking), ignored: ignoredEffort };
    case 'disabled':
      return {
        reasoningEffort: 'none',
        effortField: 'thinking',
        thinkingDisplay: 'none',
        ignored: effort === null ? [] : ['output_config.effort'],
      };
    case undefined:
      return { ...(byEffort ?? none), thinkingDisplay: 'none', ignored: ignoredEffort };
    default:
      return { ...(byEffort ?? none), thinkingDisplay: 'none', ignored: ['thinking', ...ignoredEffort] };
  }
};

const EFFORTS: ReadonlySet<string> = new Set(['low', 'medium', 'high', 'xhigh', 'max']);

const enabledSchema = z.looseObject({ budget_tokens: z.int().min(1).nullish() });

/** As agents have named their budgets: 4,000 tokens to think, 10,000 to think hard, 31,999 for the most. */
const toLevel = (budgetTokens: number): string => {
  if (budgetTokens <= 4096) return 'low';
  if (budgetTokens <= 16_384) return 'medium';
  return budgetTokens <= 32_768 ? 'high' : 'xhigh';
};

const toDisplay = (thinking: Readonly<Record<string, unknown>>): ThinkingDisplay =>
  thinking['display'] === 'omitted' ? 'omitted' : 'shown';
