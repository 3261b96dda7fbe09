import type { ContentPart, Message } from '../../core/run-request.ts';

/**
 * Turns a conversation into the one text that the SDK sends as the user's message.
 *
 * A conversation that is one user message and nothing else goes through verbatim: nothing is added. Anything longer becomes
 * a transcript, followed by the last user message, which is again verbatim and ends the text:
 *
 * ```
 * The conversation so far is in the <conversation> element. The user's new message follows it.
 *
 * <conversation>
 * <message role="system">
 * Answer in French.
 * </message>
 * <message role="user">
 * What is the weather in Oslo?
 * </message>
 * <message role="assistant">
 * I'll look.
 * <tool_call id="call_1" name="get_weather">
 * {"city":"Oslo"}
 * </tool_call>
 * </message>
 * <message role="tool" tool_call_id="call_1" name="get_weather">
 * 7 °C, rain
 * </message>
 * </conversation>
 *
 * And tomorrow?
 * ```
 *
 * Where the last message is not the user's, all messages are in the transcript and the text ends in one line that says how
 * to go on. `systemPrompt` is for accounts that may not set one: it becomes the transcript's first message.
 *
 * Text cannot forge a frame: within the transcript, a `<` that would open or close one of the elements above is written
 * `&lt;`, and ids and names are escaped as in XML. All other text, code above all, stays as it is.
 */
export const toPrompt = (messages: readonly Message[], systemPrompt: string | null = null): string => {
  const framedSystem: readonly Message[] =
    systemPrompt === null ? [] : [{ role: 'system', content: [{ type: 'text', text: systemPrompt }] }];
  const last = messages.at(-1);
  const isUserLast = last?.role === 'user';
  const history = [...framedSystem, ...(isUserLast ? messages.slice(0, -1) : messages)];
  const ending = isUserLast ? toText(last.content) : CONTINUATIONS[last?.role ?? 'system'];
  if (history.length === 0) return ending;
  const introduction = isUserLast
    ? "The conversation so far is in the <conversation> element. The user's new message follows it."
    : 'The conversation so far is in the <conversation> element.';
  return `${introduction}\n\n${toTranscript(history)}\n\n${ending}`;
};

const CONTINUATIONS = {
  assistant: 'Continue the last message of the assistant exactly where it ends, without repeating any of it.',
  tool: 'Continue as the assistant, with the results of the tool calls above.',
  system: 'Continue as the assistant, following the system messages above.',
} as const satisfies Record<Exclude<Message['role'], 'user'>, string>;

const toTranscript = (history: readonly Message[]): string => {
  const toolNames = new Map(
    history.flatMap((message) =>
      message.role === 'assistant' ? message.toolCalls.map((call) => [call.id, call.name] as const) : [],
    ),
  );
  const frames = history.map((message) => toFrame(message, toolNames));
  return ['<conversation>', ...frames, '</conversation>'].join('\n');
};

const toFrame = (message: Message, toolNames: ReadonlyMap<string, string>): string => {
  const attributes = [['role', message.role] as const];
  const body = [escapeText(toText(message.content))];
  if (message.role === 'tool') {
    const name = toolNames.get(message.toolCallId);
    return toElement(
      'message',
      [...attributes, ['tool_call_id', message.toolCallId], ...(name === undefined ? [] : [['name', name] as const])],
      body,
    );
  }
  if (message.role === 'assistant') {
    for (const call of message.toolCalls) {
      const identity = [['id', call.id] as const, ['name', call.name] as const];
      body.push(toElement('tool_call', identity, [escapeText(call.arguments)]));
    }
  }
  return toElement('message', attributes, body);
};

const toElement = (
  name: string,
  attributes: readonly (readonly [name: string, value: string])[],
  body: readonly string[],
): string => {
  const written = attributes.map(([key, value]) => ` ${key}="${escapeAttribute(value)}"`).join('');
  return [`<${name}${written}>`, ...body.filter((part) => part !== ''), `</${name}>`].join('\n');
};

const toText = (content: readonly ContentPart[]): string => content.map((part) => part.text).join('\n');

/** Spaces are allowed for, since a model reads `< / message >` as it reads `</message>`. */
const escapeText = (text: string): string => text.replace(/<(?=[\s/]*(?:conversation|message|tool_call)\b)/giu, '&lt;');

const ATTRIBUTE_ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\n': '&#10;',
  '\r': '&#13;',
};

const escapeAttribute = (value: string): string =>
  value.replace(/[&<>"\n\r]/gu, (character) => ATTRIBUTE_ESCAPES[character] ?? character);
