import { expect, test } from 'vitest';
import type { Occupant } from '../../../src/host/instances/identify-occupant.ts';
import { type NextStep, toNextStep, type Waiting } from '../../../src/host/instances/next-step.ts';

const FREE: Occupant = { kind: 'nobody' };
const SILENT: Occupant = { kind: 'silent' };
const toPortside = (instanceId: string, isEncrypted = false): Occupant => ({
  kind: 'portside',
  instanceId,
  isEncrypted,
  isSilent: false,
});
const ANNOUNCED: Occupant = { kind: 'portside', instanceId: 'one', isEncrypted: false, isSilent: true };
const WAITING: Waiting = { instanceId: 'one', isEncrypted: false, silences: 0 };

test.each<{
  name: string;
  waiting?: Partial<Waiting>;
  occupant: Occupant;
  wasUnwanted?: boolean;
  mayTakeOver?: boolean;
  step: NextStep;
}>([
  { name: 'a free port is claimed', occupant: FREE, step: { type: 'claim' } },
  {
    name: 'a free port is left alone by one that may not take over, and nobody serves',
    occupant: FREE,
    mayTakeOver: false,
    step: { type: 'wait', waiting: { ...WAITING, instanceId: null } },
  },
  { name: 'a server that was switched off stays off', occupant: FREE, wasUnwanted: true, step: { type: 'stop' } },
  {
    name: 'also for one that may not take over',
    occupant: FREE,
    wasUnwanted: true,
    mayTakeOver: false,
    step: { type: 'stop' },
  },
  { name: 'the same one serves on', occupant: toPortside('one'), step: { type: 'wait', waiting: WAITING } },
  {
    name: 'another one serves now',
    waiting: { silences: 4 },
    occupant: toPortside('two', true),
    step: { type: 'wait', waiting: { instanceId: 'two', isEncrypted: true, silences: 0 } },
  },
  {
    name: 'who serves was switched off, but another one serves',
    occupant: toPortside('two'),
    wasUnwanted: true,
    step: { type: 'wait', waiting: { ...WAITING, instanceId: 'two' } },
  },
  { name: 'another program has the port', occupant: { kind: 'foreign' }, step: { type: 'fail' } },
  { name: 'silence is borne', occupant: SILENT, step: { type: 'wait', waiting: { ...WAITING, silences: 1 } } },
  {
    name: 'and counted',
    waiting: { silences: 8 },
    occupant: SILENT,
    step: { type: 'wait', waiting: { ...WAITING, silences: 9 } },
  },
  { name: 'but not for ever', waiting: { silences: 9 }, occupant: SILENT, step: { type: 'fail' } },
  {
    name: 'one that is known by its file may be silent for longer',
    waiting: { silences: 58 },
    occupant: ANNOUNCED,
    step: { type: 'wait', waiting: { ...WAITING, silences: 59 } },
  },
  {
    name: 'but not for ever either, as its process may be another by now',
    waiting: { silences: 59 },
    occupant: ANNOUNCED,
    step: { type: 'fail' },
  },
  {
    name: 'and its answer counts anew',
    waiting: { silences: 59 },
    occupant: toPortside('one'),
    step: { type: 'wait', waiting: WAITING },
  },
])('$name', ({ waiting, occupant, wasUnwanted = false, mayTakeOver = true, step }) => {
  const circumstances = { wasUnwanted: () => wasUnwanted, mayTakeOver: () => mayTakeOver };
  expect(toNextStep({ ...WAITING, ...waiting }, occupant, circumstances)).toEqual(step);
});
