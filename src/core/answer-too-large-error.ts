/** Something is not stored, as it would take the room of too much else. */
export class AnswerTooLargeError extends Error {
  readonly bytes: number;

  constructor(bytes: number) {
    super(`${bytes} bytes are too many to be stored.`);
    this.name = 'AnswerTooLargeError';
    this.bytes = bytes;
  }

  /** @throws AnswerTooLargeError where `bytes` is more than `maxBytes` */
  static check(bytes: number, maxBytes: number): void {
    if (bytes > maxBytes) throw new AnswerTooLargeError(bytes);
  }
}
