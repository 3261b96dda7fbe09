import type { EndpointProbes } from './probe.ts';

/** Of what Portside has of its own, and of the models. By the endpoint's id in the data file. */
export const sessionProbes: Readonly<Record<string, EndpointProbes>> = {
  models: {
    base: {},
    headers: { 'anthropic-version': '2023-06-01' },
    honoured: {
      limit: { value: 1, sees: { body: { has_more: true, data: [{ id: 'composer-2.5' }] } } },
      after_id: { value: 'composer-2.5', sees: { body: { data: [{ id: 'gpt-5.5' }] } } },
      before_id: { value: 'gpt-5.5', sees: { body: { data: [{ id: 'composer-2.5' }] } } },
    },
    values: { lifecycle: 'active' },
  },
  'session-create': {
    base: {},
    honoured: {
      model: { value: 'gpt', sees: { body: { model: 'gpt-5.5' } } },
      id: { value: 'mine', sees: { body: { id: 'mine' } } },
    },
  },
};
