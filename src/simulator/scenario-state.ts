import { compilePattern, type Scenario, type ScenarioRule } from './scenario.ts';
import type { Step } from './scenario-step.ts';

/** What a rule looks at. */
export interface RuleSubject {
  readonly prompt: string;
  readonly systemPrompt: string | null;
  /** The model's id as requested, and its canonical form. */
  readonly modelIds: readonly string[];
  readonly toolNames: readonly string[];
}

/** The steps of the rule that matched, with the capture groups of its prompt pattern, counted as in a RegExp match. */
export interface RuleMatch {
  readonly steps: readonly Step[];
  readonly groups: readonly (string | undefined)[];
}

/** The scenario in force, with how often each of its rules was used. */
export interface ScenarioState {
  readonly director: string | null;
  /** Finds the first rule that matches and counts this use; `null` where none does. */
  take(subject: RuleSubject): RuleMatch | null;
  /** Replaces the scenario and forgets all uses. */
  replace(scenario: Scenario): void;
  /** Forgets all uses. */
  restart(): void;
}

interface ActiveRule {
  readonly rule: ScenarioRule;
  readonly prompt: RegExp | null;
  readonly system: RegExp | null;
  uses: number;
}

/** @throws SyntaxError where a pattern of a scenario that was never parsed is not a regular expression */
export function createScenarioState(initial: Scenario): ScenarioState {
  let scenario = initial;
  let rules = activate(initial);
  return {
    get director() {
      return scenario.director ?? null;
    },
    take(subject) {
      for (const active of rules) {
        if (active.uses >= (active.rule.times ?? Infinity)) continue;
        const groups = match(active, subject);
        if (groups === null) continue;
        active.uses += 1;
        return { steps: active.rule.then, groups };
      }
      return null;
    },
    replace(next) {
      rules = activate(next);
      scenario = next;
    },
    restart() {
      for (const active of rules) active.uses = 0;
    },
  };
}

function activate(scenario: Scenario): ActiveRule[] {
  return (scenario.rules ?? []).map((rule) => ({
    rule,
    prompt: rule.when?.prompt === undefined ? null : compilePattern(rule.when.prompt),
    system: rule.when?.system === undefined ? null : compilePattern(rule.when.system),
    uses: 0,
  }));
}

function match({ rule, prompt, system }: ActiveRule, subject: RuleSubject): readonly (string | undefined)[] | null {
  const { model, tool } = rule.when ?? {};
  if (model !== undefined && !subject.modelIds.includes(model)) return null;
  if (tool !== undefined && !subject.toolNames.includes(tool)) return null;
  if (system !== null && (subject.systemPrompt === null || !system.test(subject.systemPrompt))) return null;
  return prompt === null ? [] : prompt.exec(subject.prompt);
}
