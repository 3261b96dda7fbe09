import { findSchemaErrors } from '../../support/openai-schema.ts';
import { parseSse } from '../../support/parse-sse.ts';

/** What is wrong with a whole answer to a chat completion by OpenAI's own schemas; empty where nothing is. */
export const findAnswerProblems = (contentType: string, status: number, text: string): readonly string[] => {
  if (!contentType.startsWith('text/event-stream')) {
    const schema = status < 400 ? 'CreateChatCompletionResponse' : 'ErrorResponse';
    return findSchemaErrors(schema, JSON.parse(text)).map((problem) => `${status}: ${problem} in ${text}`);
  }
  const events = parseSse(text);
  const chunks = events.filter((data) => data !== '[DONE]');
  return [
    ...(events.at(-1) === '[DONE]' ? [] : [`It ends after ${events.at(-1)}`]),
    ...chunks.flatMap((data) =>
      findSchemaErrors('CreateChatCompletionStreamResponse', JSON.parse(data)).map(
        (problem) => `${problem} in ${data}`,
      ),
    ),
  ];
};
