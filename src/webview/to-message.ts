/** What a failed request says to people. */
export const toMessage = (error: unknown): string => (error instanceof Error ? error.message : String(error));
