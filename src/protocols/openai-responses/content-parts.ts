/** A text part of a message, as OpenAI writes it. Nothing is told of annotations and probabilities. */
export const toTextPart = (text: string) => ({
  type: 'output_text' as const,
  annotations: [],
  logprobs: [],
  text,
});

/** A part of the summary of reasoning, as OpenAI writes it. */
export const toSummaryPart = (text: string) => ({ type: 'summary_text' as const, text });
