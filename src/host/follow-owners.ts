import { isTokenId } from '../core/access-token.ts';
import type { AnswerStore } from '../core/answer-store.ts';
import type { Answers } from '../engine/answer/create-answers.ts';
import type { NamedSessions } from '../engine/sessions/named-sessions.ts';
import { settleAbandoned } from '../server/responses/abandoned-responses.ts';
import type { AnswerKeeper } from '../server/stored-answers/keep-answers.ts';
import type { ServingOptions } from './serving.ts';

export interface OwnersOptions extends Pick<ServingOptions, 'tokens' | 'logger'> {
  readonly answers: Pick<Answers, 'forgetOwner'>;
  readonly sessions: Pick<NamedSessions, 'list' | 'delete'>;
  readonly store: AnswerStore;
  readonly keeper: Pick<AnswerKeeper, 'sweep'>;
}

/** What access tokens own, and that it goes with them. */
export interface Owners {
  /** What an earlier server has not brought to its end, what is too old by now, and what tokens have left that are gone since. */
  settleLeftovers(): void;
  /** Looks at the tokens no more. */
  close(): void;
}

/** Follows the access tokens: one that is worth nothing any more leaves runs, sessions and answers behind that nobody can go on with. */
export const followOwners = ({ tokens, answers, sessions, store, keeper, logger }: OwnersOptions): Owners => {
  const forgetAnswers = (owner: string): void => {
    try {
      store.removeOwner(owner);
    } catch (error) {
      logger.error(`What is stored for a token that is gone cannot be removed: ${toReason(error)}`);
    }
  };
  let owners = listOwners(tokens);
  const unsubscribe = tokens.onDidChange(() => {
    const present = listOwners(tokens);
    for (const owner of owners) {
      if (present.has(owner)) continue;
      answers.forgetOwner(owner);
      forgetAnswers(owner);
      for (const { id } of sessions.list(owner)) sessions.delete(owner, id);
    }
    owners = present;
  });
  return {
    settleLeftovers() {
      try {
        settleAbandoned(store);
        const present = listOwners(tokens);
        // Without any, the tokens could not be read.
        const gone =
          present.size === 0 ? [] : store.listOwners().filter((owner) => isTokenId(owner) && !present.has(owner));
        for (const owner of gone) forgetAnswers(owner);
      } catch (error) {
        logger.error(`Stored responses cannot be read: ${toReason(error)}`);
      }
      keeper.sweep();
    },
    close: unsubscribe,
  };
};

/** Stored tokens own what they have by their ids. */
const listOwners = (tokens: ServingOptions['tokens']): ReadonlySet<string> =>
  new Set(
    tokens
      .list()
      .filter(({ expiresAt }) => expiresAt === null || expiresAt > Date.now())
      .map(({ id }) => id),
  );

const toReason = (error: unknown): string => (error instanceof Error ? error.message : String(error));
