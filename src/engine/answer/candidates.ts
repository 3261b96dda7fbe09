import type { AnswerRequest } from '../../core/answer-request.ts';
import type { CursorCredential } from '../../core/credential-source.ts';
import { sha256 } from '../../core/digest.ts';
import {
  type ConversationShape,
  type GrowingConversationKeys,
  toConversationKeys,
  toShapeDigest,
} from '../conversations/conversation-keys.ts';
import type { KnownConversations } from '../conversations/known-conversations.ts';
import type { ToldCalls } from '../conversations/told-calls.ts';
import type { AnswerContext } from './answer-context.ts';

/** A credential that a request may be answered with: each makes another conversation of it. */
export interface Candidate {
  readonly credential: CursorCredential;
  readonly shape: ConversationShape;
  /** The digests of the request's conversation, made at the first call. */
  readonly getKeys: () => GrowingConversationKeys;
}

/** The candidates in the order in which they are tried: the account that a conversation was last answered by comes first. */
export const toCandidates = (
  credentials: readonly CursorCredential[],
  request: AnswerRequest,
  context: AnswerContext,
  { known, toldCalls }: { readonly known: Pick<KnownConversations, 'findLastShape'>; readonly toldCalls: ToldCalls },
): readonly Candidate[] => {
  const candidates = credentials.map((credential) => toCandidate(credential, request, context, toldCalls));
  const [first, ...others] = candidates;
  if (first === undefined || others.length === 0) return candidates;
  const lastShape = known.findLastShape(first.getKeys().content);
  const last = candidates.find(({ shape }) => toShapeDigest(shape) === lastShape);
  return last === undefined ? candidates : [last, ...candidates.filter((candidate) => candidate !== last)];
};

const toCandidate = (
  credential: CursorCredential,
  request: AnswerRequest,
  context: AnswerContext,
  toldCalls: ToldCalls,
): Candidate => {
  const shape: ConversationShape = {
    owner: context.owner,
    credential: sha256(credential.apiKey, 'base64'),
    sessionId: context.sessionId,
    affinity: context.affinity,
    model: request.model,
    systemPrompt: request.systemPrompt,
    tools: request.tools,
  };
  let keys: GrowingConversationKeys | null = null;
  return { credential, shape, getKeys: () => (keys ??= toConversationKeys(shape, request.messages, toldCalls)) };
};
