import type { ContentPart, ImagePart, Message } from '../../core/run-request.ts';

/** How the place of an image is shown; `''` where it needs none. */
export type ToMark = (image: ImagePart) => string;

/** Messages as frames in a `<conversation>` element; the format is described at `toPrompt`. */
export const toTranscript = (messages: readonly Message[], toMark: ToMark): string => {
  const toolNames = new Map(
    messages.flatMap((message) =>
      message.role === 'assistant' ? message.toolCalls.map((call) => [call.id, call.name] as const) : [],
    ),
  );
  const frames = messages.map((message) => toFrame(message, toolNames, toMark));
  return ['<conversation>', ...frames, '</conversation>'].join('\n');
};

/** The text of a message, each part on lines of its own. `escape` is applied to text alone. */
export const toMessageText = (
  content: readonly ContentPart[],
  toMark: ToMark,
  escape: (text: string) => string = (text) => text,
): string =>
  content
    .flatMap((part) => {
      if (part.type === 'text') return [escape(part.text)];
      const mark = toMark(part);
      return mark === '' ? [] : [mark];
    })
    .join('\n');

/** Makes text that cannot open or close an element of the format. Spaces count, since models read over them. */
export const escapeFrames = (text: string): string =>
  text.replace(/<(?=[\s/]*(?:conversation|message|tool_call|attached_image|instructions)\b)/giu, '&lt;');

const toFrame = (message: Message, toolNames: ReadonlyMap<string, string>, toMark: ToMark): string => {
  const attributes = [['role', message.role] as const];
  const body = [toMessageText(message.content, toMark, escapeFrames)];
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
      body.push(toElement('tool_call', identity, [escapeFrames(call.arguments)]));
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
