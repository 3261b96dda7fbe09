/** The question whether a configuration is to be written. It can be answered in several places: the first answer counts. */
export interface ConfigQuestion {
  /** Asks. A question that is open is answered with no by that. */
  open(): OpenConfigQuestion;
  /** Answers the open question, where there is one. */
  answer(isWanted: boolean): void;
}

/** One that was asked. */
export interface OpenConfigQuestion {
  readonly answered: Promise<boolean>;
  readonly isAnswered: boolean;
  /** Comes to nothing where it is answered already. */
  answer(isWanted: boolean): void;
}

export const createConfigQuestion = (): ConfigQuestion => {
  let latest: OpenConfigQuestion | null = null;
  return {
    open() {
      latest?.answer(false);
      const { promise, resolve } = Promise.withResolvers<boolean>();
      let isAnswered = false;
      latest = {
        answered: promise,
        get isAnswered() {
          return isAnswered;
        },
        answer(isWanted) {
          isAnswered = true;
          resolve(isWanted);
        },
      };
      return latest;
    },
    answer: (isWanted) => latest?.answer(isWanted),
  };
};
