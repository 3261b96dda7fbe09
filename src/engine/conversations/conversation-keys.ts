import { stringify } from 'safe-stable-stringify';
import { sha256 } from '../../core/digest.ts';
import type { ModelSelection } from '../../core/model.ts';
import type { Message } from '../../core/run-request.ts';
import type { ToolDefinition } from '../../core/tool.ts';
import { normalizeMessage } from './normalize-message.ts';
import type { ToldCalls } from './told-calls.ts';

/** What shapes a conversation beside its messages: where any of it differs, it is another conversation. */
export interface ConversationShape {
  /** Whose it is: the fingerprint of the client's access token. */
  readonly owner: string;
  /** The fingerprint of the Cursor credential. */
  readonly credential: string;
  /** The named session; `null` where the client holds the context itself. */
  readonly sessionId: string | null;
  /** The client's own name for its session; `null` for none. */
  readonly affinity: string | null;
  readonly model: ModelSelection;
  readonly systemPrompt: string | null;
  readonly tools: readonly ToolDefinition[];
}

/** Digests of a conversation after each of its messages. Place 0 is before the first: the shape alone. */
export interface ConversationKeys {
  /** Of shape and messages: what an agent is found by. */
  readonly whole: readonly string[];
  /** Of the messages alone: tells the same talk in another shape. */
  readonly content: readonly string[];
}

/** The digests of a conversation that may go on. */
export interface GrowingConversationKeys extends ConversationKeys {
  /** The digests with one more message. */
  after(message: Message): ConversationKeys;
}

/** Hashes each message once, however long the conversation is. Calls ask for what `told` says that they did. */
export const toConversationKeys = (
  shape: ConversationShape,
  messages: readonly Message[],
  told: Pick<ToldCalls, 'toArguments'>,
): GrowingConversationKeys => {
  const whole = [toShapeDigest(shape)];
  const content = [digest('')];
  const callNames = new Map<string, string>();
  const toDigest = (message: Message): string =>
    digest(
      normalizeMessage(
        message,
        (id) => callNames.get(id) ?? id,
        (call) => told.toArguments(shape.owner, content.at(-1) ?? '', call),
      ),
    );
  let callCount = 0;
  for (const message of messages) {
    const own = toDigest(message);
    whole.push(digest(`${whole.at(-1)}${own}`));
    content.push(digest(`${content.at(-1)}${own}`));
    if (message.role !== 'assistant') continue;
    for (const call of message.toolCalls) {
      callCount += 1;
      // A call is named by its place, since not every wire has ids.
      callNames.set(call.id, `call ${callCount}`);
    }
  }
  return {
    whole,
    content,
    after(message) {
      const own = toDigest(message);
      return {
        whole: [...whole, digest(`${whole.at(-1)}${own}`)],
        content: [...content, digest(`${content.at(-1)}${own}`)],
      };
    },
  };
};

/** The digest of a conversation before its first message; the order of the tools does not matter. */
export const toShapeDigest = (shape: ConversationShape): string => {
  const sorted: ConversationShape = { ...shape, tools: shape.tools.toSorted((a, b) => (a.name < b.name ? -1 : 1)) };
  return digest(stringify(sorted));
};

const digest = (text: string): string => sha256(text, 'base64');
