import { assertNever } from '../../core/assert-never.ts';
import type { Occupant } from './identify-occupant.ts';

/** What one that waits for the port knows from its last look. */
export interface Waiting {
  /** Who served; `null` where nobody did or it is not known. */
  readonly instanceId: string | null;
  readonly isEncrypted: boolean;
  /** How often in a row there was no answer that made sense. */
  readonly silences: number;
}

/** What one that waits does after a look at the port. */
export type NextStep =
  | { readonly type: 'wait'; readonly waiting: Waiting }
  /** The port is free, and this one may have it. */
  | { readonly type: 'claim' }
  /** Its user has switched the server off: it is not to come up again here. */
  | { readonly type: 'stop' }
  /** Another program has the port now, or what has it was silent for too long. */
  | { readonly type: 'fail' };

/** What else the next step depends on. */
export interface Circumstances {
  /** Whether the one that served was stopped on purpose. Both are asked where the port is free. */
  readonly wasUnwanted: () => boolean;
  readonly mayTakeOver: () => boolean;
}

/** A server that is just starting or ending, or on a machine under load, is silent for a while. */
const MAX_SILENCES = 10;

/** One of which a file tells is believed to be busy for longer, but not for ever: its process id may be another program's by now. */
const MAX_SILENCES_OF_ANNOUNCED = 60;

/** Decides what one that waits does next. Pure. */
export const toNextStep = (waiting: Waiting, occupant: Occupant, circumstances: Circumstances): NextStep => {
  switch (occupant.kind) {
    case 'nobody':
      if (circumstances.wasUnwanted()) return { type: 'stop' };
      if (circumstances.mayTakeOver()) return { type: 'claim' };
      return { type: 'wait', waiting: { ...waiting, instanceId: null, silences: 0 } };
    case 'portside': {
      const { instanceId, isEncrypted, isSilent } = occupant;
      const silences = isSilent ? waiting.silences + 1 : 0;
      if (silences >= MAX_SILENCES_OF_ANNOUNCED) return { type: 'fail' };
      return { type: 'wait', waiting: { instanceId, isEncrypted, silences } };
    }
    case 'foreign':
      return { type: 'fail' };
    case 'silent': {
      const silences = waiting.silences + 1;
      if (silences >= MAX_SILENCES) return { type: 'fail' };
      return { type: 'wait', waiting: { ...waiting, silences } };
    }
    default:
      return assertNever(occupant);
  }
};
