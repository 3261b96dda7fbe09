import type { RunRecord } from '../../src/simulator/run-log.ts';
import type { Scenario } from '../../src/simulator/scenario.ts';

/** The steps of one rule. */
export type Steps = NonNullable<Scenario['rules']>[number]['then'];

/** What a test tells a simulator, and asks it. */
export interface SimulatorControl {
  readonly url: string;
  /** Puts a scenario in force and forgets earlier runs. Steps alone are played for every request. */
  readonly setScenario: (scenario: Scenario | Steps) => Promise<void>;
  /** The runs since then, oldest first. */
  readonly runs: () => Promise<RunRecord[]>;
  /** The only run since then. */
  readonly onlyRun: () => Promise<RunRecord>;
  /** The calls since then, by path. */
  readonly calls: () => Promise<Record<string, number>>;
}

export const createSimulatorControl = (url: string): SimulatorControl => {
  const call = async (method: string, name: string, body?: unknown): Promise<unknown> => {
    const init = body === undefined ? {} : { body: JSON.stringify(body) };
    const response = await fetch(`${url}/_simulator/${name}`, { method, ...init });
    const answer: unknown = await response.json();
    if (!response.ok) throw new Error(`${method} ${name}: ${JSON.stringify(answer)}`);
    return answer;
  };
  const runs = async () => (await call('GET', 'runs')) as RunRecord[];
  return {
    url,
    async setScenario(scenario) {
      await call('PUT', 'scenario', Array.isArray(scenario) ? { rules: [{ then: scenario }] } : scenario);
      await call('POST', 'reset');
    },
    runs,
    async onlyRun() {
      const all = await runs();
      const [run] = all;
      if (run === undefined || all.length > 1) throw new Error(`There are ${all.length} runs, not 1.`);
      return run;
    },
    calls: async () => (await call('GET', 'calls')) as Record<string, number>,
  };
};
