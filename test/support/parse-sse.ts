import { createParser } from 'eventsource-parser';

/** The `data` of every server-sent event in a text, in order. */
export const parseSse = (text: string): string[] => {
  const data: string[] = [];
  const parser = createParser({ onEvent: (event) => data.push(event.data) });
  parser.feed(text);
  return data;
};
