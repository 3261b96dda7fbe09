import type { ResponseTimes } from './measure-responses.ts';
import type { Target } from './targets.ts';

/** What the Responses API has set itself. Rounds over WebSocket have no target: their ratio is only told. */
export const toResponseTargets = ({ firstEvents, stored }: ResponseTimes): readonly Target[] => [
  {
    name: 'first event of a response behind Chat Completions’ first chunk',
    value: firstEvents.pairedDifference.firstEventMs,
    limit: 3,
    unit: ' ms',
    isMaximum: true,
  },
  {
    name: `p99 of GET of one of ${stored.size.answers} stored responses`,
    value: stored.stored.p99Ms,
    limit: 5,
    unit: ' ms',
    isMaximum: true,
  },
];
