import { mkdtempSync } from 'node:fs';
import path from 'node:path';
import { startChild } from './child.ts';
import type { ClientCommands, GetTimes } from './client.ts';
import { CONVERSATION_TOOLS, SYSTEM_PROMPT, toAnswerScenario, toUserText } from './conversation-job.ts';
import { startPortside, startSimulator } from './portside.ts';
import type { ProcessKeeper } from './process-keeper.ts';
import { MODEL, type Target } from './raw-client.ts';
import type { RigOptions } from './rig.ts';
import { maximumOf, medianOf, percentileOf } from './statistics.ts';
import { createOwners, fillStore, type Stored, type StoreSize } from './stored-answers.ts';

/** What it costs to ask for one of many stored responses. Times in milliseconds, to the end of the answer. */
export interface StoredResponses {
  readonly size: StoreSize & { readonly owners: number; readonly fileBytes: number };
  /** A median one. */
  readonly bytes: number;
  readonly stored: Spread;
  /** `GET /v1/models`, asked in turns with the others: what any answer costs. */
  readonly models: Spread;
}

export interface Spread {
  readonly medianMs: number;
  readonly p99Ms: number;
  readonly worstMs: number;
}

export interface StoredResponsesPlan {
  readonly size: StoreSize;
  readonly owners: number;
  readonly gets: number;
  readonly warmUps: number;
}

/** Has no common factor with any number of answers that makes sense: each is asked for once before any is again. */
const STRIDE = 7_919;

/** Asks one client after the other for single responses from all over a store on the disk, on processes of its own. */
export const measureStoredResponses = async (
  keeper: ProcessKeeper,
  { distFolder, childFiles, childEnvironment: environment, ...options }: RigOptions,
  plan: StoredResponsesPlan,
): Promise<StoredResponses> => {
  const home = mkdtempSync(path.join(options.folder, 'stored-'));
  const owners = createOwners(home, plan.owners);
  const simulator = await startSimulator(keeper, distFolder, { environment });
  await simulator.setScenario(toAnswerScenario());
  const portside = await startPortside(keeper, { distFolder, backendUrl: simulator.url, home, environment });
  const template = await makeTemplate({ baseUrl: portside.baseUrl, token: owners[0]?.token ?? portside.token });
  const { stored, fileBytes } = fillStore(home, owners, { size: plan.size, template });

  const client = startChild<ClientCommands>(keeper, childFiles.client, { environment });
  const get = (from: number, count: number): Promise<readonly GetTimes[]> => {
    const requests = Array.from({ length: count }, (_request, index) => {
      const { id, owner } = pick(stored, from + index);
      const target: Target = { baseUrl: portside.baseUrl, token: owner.token };
      return [
        { ...target, path: `responses/${id}` },
        { ...target, path: 'models' },
      ];
    });
    return client.call('get', { requests: requests.flat() });
  };
  await get(0, plan.warmUps);
  const times = await get(plan.warmUps, plan.gets);
  await keeper.stopAll();
  const ofStored = times.filter((_time, index) => index % 2 === 0);
  return {
    size: { ...plan.size, owners: plan.owners, fileBytes },
    bytes: medianOf(ofStored.map(({ bytes }) => bytes)),
    stored: toSpread(ofStored),
    models: toSpread(times.filter((_time, index) => index % 2 === 1)),
  };
};

/** A response as the server writes it, to a request with a system prompt and tools. */
const makeTemplate = async ({ baseUrl, token }: Target): Promise<Readonly<Record<string, unknown>>> => {
  const response = await fetch(`${baseUrl}/responses`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      model: MODEL,
      instructions: SYSTEM_PROMPT,
      tools: CONVERSATION_TOOLS.map(({ name, description, parameters }) => ({
        type: 'function',
        name,
        description,
        parameters,
      })),
      input: toUserText('template', 1),
    }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`No response came: ${text}`);
  return JSON.parse(text);
};

const pick = (stored: readonly Stored[], number: number): Stored => {
  const found = stored[(number * STRIDE) % stored.length];
  if (found === undefined) throw new Error('Nothing is stored.');
  return found;
};

const toSpread = (times: readonly GetTimes[]): Spread => {
  const all = times.map(({ totalMs }) => totalMs);
  return { medianMs: medianOf(all), p99Ms: percentileOf(all, 99), worstMs: maximumOf(all) };
};
