/** A JSON object of a form that only its own wire knows. */
export type JsonObject = Readonly<Record<string, unknown>>;
