import type { AccessTokenInfo } from '../../core/access-token.ts';
import type { ConversationInfo } from '../../core/conversation-info.ts';
import type { SessionRow } from '../../panel/models.ts';

/** Conversations with the names of the access tokens that they belong to. Pure. */
export const toSessionRows = (
  conversations: readonly ConversationInfo[],
  tokens: readonly Pick<AccessTokenInfo, 'id' | 'name'>[],
): readonly SessionRow[] => {
  const names = new Map(tokens.map(({ id, name }) => [id, name]));
  return conversations.map((conversation) => ({
    ...conversation,
    tokenName: names.get(conversation.owner) ?? null,
  }));
};
