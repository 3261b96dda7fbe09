/** The names of the fields that were sent and are not read, in the order they were sent; those of an object within a body as `text.verbosity`. */
export const listUnread = (
  sent: Readonly<Record<string, unknown>> | null | undefined,
  read: readonly string[],
  /** The field that the object came in; empty for the body itself. */
  field = '',
): readonly string[] =>
  Object.entries(sent ?? {})
    .filter(([name, value]) => value !== null && value !== undefined && !read.includes(name))
    .map(([name]) => (field === '' ? name : `${field}.${name}`));
