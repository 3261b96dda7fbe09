import type { GatewayErrorCode } from '../../core/error-specs.ts';
import type { Usage } from '../../core/usage.ts';
import type { AskedAnswer } from '../../engine/activity/activity-recorder.ts';
import type { RequestObserver } from '../../engine/activity/observe-requests.ts';
import type { RequestInstruments, TokenKind } from './create-request-instruments.ts';
import { createModelLabels } from './model-labels.ts';
import { toUpstreamCode, type UpstreamCode } from './upstream-codes.ts';

/** For requests of no known API. */
const OTHER_PROTOCOL = 'other';

/** For requests to paths that nothing is at, or that were refused before anybody looked. */
const NO_ROUTE = 'none';

const HUNG_UP = 'hung_up';

/** Counts requests of every wire. Labels come from what Portside itself knows, never from what a client wrote. */
export const createRequestMeter = (instruments: RequestInstruments): RequestObserver => {
  const toModelLabel = createModelLabels();

  const countUsage = ({ model, toCost }: AskedAnswer, usage: Usage): void => {
    const label = toModelLabel(model);
    const estimated = String(usage.isEstimated ?? false);
    const counts: readonly (readonly [TokenKind, number])[] = [
      ['input', usage.inputTokens + usage.cacheWriteTokens],
      ['cached', usage.cacheReadTokens],
      ['output', usage.outputTokens],
      ['reasoning', usage.reasoningTokens],
    ];
    for (const [kind, count] of counts) instruments.tokens.inc({ model: label, kind, estimated }, Math.max(0, count));
    const cost = toCost(usage);
    if (cost !== null) instruments.cost.inc({ model: label }, Math.max(0, cost));
  };

  return {
    begin(request) {
      const protocol = request.protocol ?? OTHER_PROTOCOL;
      const arrivedAt = performance.now();
      const secondsSinceArrival = (): number => (performance.now() - arrivedAt) / 1000;
      let asked: AskedAnswer | null = null;
      let kind: string | null = null;
      let isAdmitted = false;
      let hasDelta = false;
      let hasFailed = false;
      let upstream: UpstreamCode | null = null;
      let isOver = false;

      const noteCode = (code: GatewayErrorCode, isOfRun: boolean): void => {
        hasFailed = true;
        upstream ??= toUpstreamCode(code, isOfRun);
      };
      /** An answer that is told again was counted when it was given. */
      const isCounted = (answer: AskedAnswer | null): answer is AskedAnswer => answer !== null && isAdmitted && !isOver;

      return {
        mark(mark) {
          if (mark === 'admitted') isAdmitted = true;
        },
        noteAnswer(answer) {
          asked = answer;
        },
        notePlaced(conversation) {
          kind = conversation;
        },
        noteEvent(event) {
          switch (event.type) {
            case 'text-delta':
            case 'reasoning-delta':
            case 'tool-call':
              if (hasDelta || !isCounted(asked)) break;
              hasDelta = true;
              instruments.firstDelta.observe({ protocol, model: toModelLabel(asked.model) }, secondsSinceArrival());
              break;
            case 'run-end':
              if (event.usage !== null && isCounted(asked)) countUsage(asked, event.usage);
              break;
            case 'run-error':
              noteCode(event.error.code, true);
              break;
            case 'run-start':
            case 'text-start':
            case 'text-end':
            case 'reasoning-start':
            case 'reasoning-end':
          }
        },
        noteFailure({ code }) {
          noteCode(code, false);
        },
        end({ status, route, isComplete }) {
          if (isOver) return;
          isOver = true;
          // A stream that is broken off for a failure has not been hung up on.
          const hasHungUp = status === null || (!isComplete && !hasFailed);
          instruments.requests.inc({
            protocol,
            route: route ?? NO_ROUTE,
            status: hasHungUp ? HUNG_UP : String(status),
          });
          instruments.duration.observe({ protocol }, secondsSinceArrival());
          if (kind !== null) instruments.conversations.inc({ kind });
          if (upstream !== null) instruments.upstreamErrors.inc({ code: upstream });
        },
      };
    },
  };
};
