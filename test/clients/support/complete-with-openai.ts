import type OpenAI from 'openai';
import type { ChatCompletion, ChatCompletionCreateParamsNonStreaming } from 'openai/resources/chat/completions';

/** Asks with OpenAI's own package for an answer as JSON or as a stream, and gives the whole of it either way. */
export const completeWithOpenAi = (
  openai: OpenAI,
  body: ChatCompletionCreateParamsNonStreaming,
  isStream: boolean,
): Promise<ChatCompletion> =>
  isStream
    ? openai.chat.completions
        .stream({ ...body, stream: true, stream_options: { include_usage: true } })
        .finalChatCompletion()
    : openai.chat.completions.create(body);
