import { describe, expect, test } from 'vitest';
import { compatibility, type Endpoint, type Parameter } from '../../scripts/generate/compatibility.ts';
import { chatProbes } from './compatibility/chat-probes.ts';
import { COMMON_VALUES } from './compatibility/common-values.ts';
import { completionProbes } from './compatibility/completion-probes.ts';
import { messageProbes } from './compatibility/message-probes.ts';
import { ollamaProbes } from './compatibility/ollama-probes.ts';
import type { EndpointProbes, Probe } from './compatibility/probe.ts';
import { responseProbes } from './compatibility/response-probes.ts';
import { sendProbe } from './compatibility/send-probe.ts';
import { sessionProbes } from './compatibility/session-probes.ts';

const PROBES: Readonly<Record<string, EndpointProbes>> = {
  ...chatProbes,
  ...responseProbes,
  ...completionProbes,
  ...messageProbes,
  ...ollamaProbes,
  ...sessionProbes,
};

const findProbes = ({ id }: Endpoint): EndpointProbes => {
  const probes = PROBES[id];
  if (probes === undefined) throw new Error(`Nothing says how the parameters of ${id} are tried.`);
  return probes;
};

/** A copy of a request in which a field has this value. */
const setField = (fields: Readonly<Record<string, unknown>>, at: string, value: unknown): Record<string, unknown> => {
  const [name, rest] = at.split(/\.(.*)/s, 2);
  if (name === undefined || rest === undefined) return { ...fields, [at]: value };
  const inner = fields[name];
  const object = typeof inner === 'object' && inner !== null ? { ...inner } : {};
  return { ...fields, [name]: setField(object, rest, value) };
};

type Try = Pick<Probe, 'value' | 'at' | 'beside' | 'steps' | 'look'>;

/** What comes of the request with a parameter, and without it. */
const compare = async (endpoint: Endpoint, parameter: Parameter, { value, at, beside, steps, look }: Try) => {
  const { base, headers, prepare } = findProbes(endpoint);
  const plain = { ...base, ...beside };
  const changed = setField(plain, at ?? parameter.name, value);
  const isQuery = endpoint.method === 'GET';
  const send = (fields: Readonly<Record<string, unknown>>, query: Readonly<Record<string, unknown>>) =>
    sendProbe({
      method: endpoint.method,
      headers,
      path: endpoint.path,
      query: isQuery ? fields : query,
      body: isQuery ? null : fields,
      prepare,
      steps,
      look,
    });
  const isQueryOfBody = parameter.in === 'query';
  const [without, withIt] = await Promise.all([
    send(plain, {}),
    isQueryOfBody ? send(plain, { [parameter.name]: value }) : send(changed, {}),
  ]);
  expect(without).toMatchObject({ status: 200, ignored: [] });
  return { without, withIt };
};

const toRuns = ({ runs }: Awaited<ReturnType<typeof sendProbe>>) => runs.map(({ requestId: _id, ...run }) => run);

const rowsOf = (status: Parameter['status']) =>
  compatibility.flatMap((endpoint) =>
    endpoint.parameters
      .filter((parameter) => parameter.status === status)
      .map((parameter) => [`${endpoint.method} ${endpoint.path}`, parameter.name, endpoint, parameter] as const),
  );

const findValue = (endpoint: Endpoint, { name }: Parameter): Try => {
  const { values = {}, beside = {} } = findProbes(endpoint);
  const value = values[name] ?? COMMON_VALUES[name] ?? COMMON_VALUES[name.replace(/^options\./, '')];
  if (value === undefined) throw new Error(`There is no value to try ${name} of ${endpoint.id} with.`);
  // The value of a parameter of the messages is the messages, and so with the tools.
  const [list] = /^(?:messages|tools)(?=\.)/.exec(name) ?? [];
  return { at: list ?? name, value, beside: beside[name] ?? {} };
};

describe.each(rowsOf('honoured'))('%s honours %s', (_endpoint, name, endpoint, parameter) => {
  test('it makes the difference that it should', async () => {
    const probe = findProbes(endpoint).honoured[name];
    if (probe === undefined) throw new Error(`Nothing says how one sees that ${endpoint.id} honours ${name}.`);
    const { without, withIt } = await compare(endpoint, parameter, probe);
    expect(withIt.ignored).toEqual([]);
    expect(withIt).toMatchObject(probe.sees);
    expect(without).not.toMatchObject(probe.sees);
  });
});

test.each(rowsOf('ignored'))('%s ignores %s, and says so', async (_endpoint, name, endpoint, parameter) => {
  const { without, withIt } = await compare(endpoint, parameter, findValue(endpoint, parameter));
  expect(withIt.status).toBe(200);
  expect(withIt.ignored).toEqual([name]);
  expect(toRuns(withIt)).toEqual(toRuns(without));
});

test.each(rowsOf('refused'))('%s refuses %s by name', async (_endpoint, name, endpoint, parameter) => {
  const { withIt } = await compare(endpoint, parameter, findValue(endpoint, parameter));
  expect([400, 422, 501]).toContain(withIt.status);
  expect(JSON.stringify(withIt.body)).toContain(name);
  expect(withIt.runs).toEqual([]);
});

const takingRows = rowsOf('refused').filter(([, , , { note = '' }]) => /\b(?:is|are) taken\b/.test(note));

test.each(takingRows)('%s takes %s where it asks for nothing', async (_endpoint, name, endpoint, parameter) => {
  const { taken = {} } = findProbes(endpoint);
  expect(Object.keys(taken)).toContain(name);
  const { without, withIt } = await compare(endpoint, parameter, { value: taken[name] });
  expect(withIt).toMatchObject({ status: 200, ignored: [] });
  expect(toRuns(withIt)).toEqual(toRuns(without));
});

test.each(['chat-completions', 'responses', 'completions', 'messages', 'ollama-chat', 'ollama-generate'])(
  '%s ignores a field that nobody knows, and says so',
  async (id) => {
    const endpoint = compatibility.find((each) => each.id === id);
    if (endpoint === undefined) throw new Error(`There is no endpoint ${id}.`);
    const { withIt } = await compare(endpoint, { name: 'made_up', status: 'ignored' }, { value: 1 });
    expect(withIt).toMatchObject({ status: 200, ignored: ['made_up'] });
  },
);

test.each(Object.entries(PROBES))('what is tried of %s is told of', (id, { honoured, taken = {} }) => {
  const parameters = compatibility.find((endpoint) => endpoint.id === id)?.parameters ?? [];
  const namesOf = (wanted: Parameter['status']): readonly string[] =>
    parameters.filter(({ status }) => status === wanted).map(({ name }) => name);
  expect(namesOf('honoured')).toEqual(expect.arrayContaining(Object.keys(honoured)));
  expect(namesOf('refused')).toEqual(expect.arrayContaining(Object.keys(taken)));
});

const refusedEndpoints = compatibility.filter(({ refused }) => refused !== undefined);

test.each(refusedEndpoints)(
  '$method $path is refused, with the reason',
  async ({ method, path, refused, parameters }) => {
    expect(parameters).toEqual([]);
    const { status, body } = await sendProbe({
      method,
      path,
      query: {},
      body: { model: 'composer-2.5', input: 'Hello' },
    });
    expect(status).toBe(501);
    const [reason] = (refused ?? '').split(':');
    expect(JSON.stringify(body).toLowerCase()).toContain(reason?.replace(/\.$/, '').toLowerCase());
  },
);
