/** What stays the same in every event of an answer, and in its JSON form. */
export interface AnswerIdentity {
  /** `msg_…` */
  readonly id: string;
  /** The model that answers, by the client's name for it where it has one. */
  readonly model: string;
  /** For errors in the stream. */
  readonly requestId: string;
}
