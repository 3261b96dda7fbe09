/** What stays the same in every event of an answer, and in its JSON form. */
export interface AnswerIdentity {
  /** `msg_…` */
  readonly id: string;
  /** The canonical id of the model that answers. */
  readonly model: string;
  /** For errors in the stream. */
  readonly requestId: string;
}
