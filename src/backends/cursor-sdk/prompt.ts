import type { ImagePart, Message, RunRequest } from '../../core/run-request.ts';
import { type ImageData, toImageData } from './image-data.ts';
import { escapeFrames, toMessageText, type ToMark, toTranscript } from './transcript.ts';

/** A user message as the SDK takes it. */
export interface Prompt {
  readonly text: string;
  /** Left out where there are none. */
  readonly images?: ImageData[];
}

/**
 * Turns the messages of a request into the one user message that the SDK sends.
 *
 * A conversation that is one user message and nothing else goes through verbatim: nothing is added. Anything longer becomes
 * a transcript, followed by the last user message, which is again verbatim:
 *
 * ```
 * The conversation so far is in the <conversation> element. The user's new message follows it.
 *
 * <conversation>
 * <message role="system">
 * Answer in French.
 * </message>
 * <message role="user">
 * What is the weather here?
 * <attached_image number="1"/>
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
 *
 * <instructions>
 * Answer in JSON.
 * </instructions>
 * ```
 *
 * Where the last message is not the user's, all messages are in the transcript, which one line follows that says how to go
 * on. `framedSystemPrompt` is for accounts that may not set one: it becomes the transcript's first message.
 *
 * A kept agent knows the conversation, so that only what is new is sent to it: user messages verbatim, with a blank line
 * between them. Where there is more than that, all up to the last message that is not the user's is framed as above.
 *
 * The request's instructions end the text, in an element of their own. Images go along in the order of the messages; an
 * `<attached_image>` shows the place of each, except of a single one in a message without a transcript.
 *
 * Text cannot forge a frame: within the transcript, and in the whole text where there are instructions, a `<` that would
 * open or close one of the elements above is written `&lt;`; ids and names are escaped as in XML. All other text, code
 * above all, stays as it is.
 */
export const toPrompt = (
  request: Pick<RunRequest, 'agentId' | 'instructions' | 'messages'>,
  framedSystemPrompt: string | null = null,
): Prompt => {
  const { instructions, messages } = request;
  const isKnown = request.agentId !== null;
  const framedSystem: readonly Message[] =
    framedSystemPrompt === null ? [] : [{ role: 'system', content: [{ type: 'text', text: framedSystemPrompt }] }];
  const lastOfOthers = messages.findLastIndex(({ role }) => role !== 'user');
  const newFrom = isKnown || lastOfOthers === messages.length - 1 ? lastOfOthers + 1 : messages.length - 1;
  const history = [...framedSystem, ...messages.slice(0, newFrom)];
  const fresh = messages.slice(newFrom);

  const parts = [...history, ...fresh].flatMap(({ content }) => content).filter((part) => part.type === 'image');
  const toMark = createMarks(parts, history.length > 0 || parts.length > 1);
  const escape = instructions.length > 0 ? escapeFrames : undefined;
  const ending =
    fresh.length > 0
      ? fresh.map(({ content }) => toMessageText(content, toMark, escape)).join('\n\n')
      : CONTINUATIONS[messages.at(-1)?.role ?? 'system'];
  const texts = [
    ...(history.length > 0 ? [toIntroduction(isKnown, fresh.length), toTranscript(history, toMark)] : []),
    ending,
    ...(instructions.length > 0 ? [toInstructions(instructions)] : []),
  ];

  const images = parts.flatMap(({ url }) => toImageData(url) ?? []);
  // A message that is nothing but an image needs no blank lines.
  const text = texts.length === 1 ? ending : texts.filter((each) => each !== '').join('\n\n');
  return { text, ...(images.length > 0 && { images }) };
};

/** The first image that {@link toPrompt} would leave out; `null` where there is none. */
export const findUnreadableImage = (messages: readonly Message[]): ImagePart | null =>
  messages
    .flatMap(({ content }) => content)
    .filter((part) => part.type === 'image')
    .find(({ url }) => toImageData(url) === null) ?? null;

const CONTINUATIONS = {
  assistant: 'Continue the last message of the assistant exactly where it ends, without repeating any of it.',
  tool: 'Continue as the assistant, with the results of the tool calls above.',
  system: 'Continue as the assistant, following the system messages above.',
  user: '',
} as const satisfies Record<Message['role'], string>;

const toIntroduction = (isKnown: boolean, freshCount: number): string => {
  const what = isKnown
    ? 'What came after your last answer is in the <conversation> element.'
    : 'The conversation so far is in the <conversation> element.';
  if (freshCount === 0) return what;
  return freshCount === 1 ? `${what} The user's new message follows it.` : `${what} The user's new messages follow it.`;
};

const createMarks = (images: readonly ImagePart[], isMarked: boolean): ToMark => {
  const numbers = new Map(images.map((image, index) => [image, index + 1]));
  return (image) => (isMarked ? `<attached_image number="${numbers.get(image) ?? 0}"/>` : '');
};

const toInstructions = (instructions: readonly string[]): string =>
  ['<instructions>', instructions.map(escapeFrames).join('\n\n'), '</instructions>'].join('\n');
