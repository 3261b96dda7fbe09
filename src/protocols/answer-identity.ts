/** What stays the same in every chunk of an answer, and in its JSON form. */
export interface AnswerIdentity {
  /** `chatcmpl-…` or `cmpl-…` */
  readonly id: string;
  /** Unix seconds. */
  readonly created: number;
  /** The canonical id of the model that answers. */
  readonly model: string;
}
