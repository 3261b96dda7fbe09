import * as z from 'zod';
import type { ResponseItem } from './response-object.ts';

const PREFIX = 'portside-summary-1.';
const contentSchema = z.object({ summary: z.string() });

/**
 * The item that stands for a conversation so far. OpenAI calls the field `encrypted_content`; what Portside puts there is only
 * encoded, not encrypted: whoever has the item can read the summary, as they could read the conversation itself.
 */
export const toCompactionItem = (id: string, summary: string): ResponseItem => ({
  id,
  type: 'compaction',
  encrypted_content: PREFIX + Buffer.from(JSON.stringify({ summary })).toString('base64url'),
});

/** The summary in an item of {@link toCompactionItem}; `null` for what somebody else has made, which nobody here can read. */
export const readCompactionSummary = (item: ResponseItem): string | null => {
  const content = item['encrypted_content'];
  if (item.type !== 'compaction' || typeof content !== 'string' || !content.startsWith(PREFIX)) return null;
  try {
    const json = Buffer.from(content.slice(PREFIX.length), 'base64url').toString('utf8');
    return contentSchema.parse(JSON.parse(json)).summary;
  } catch {
    return null;
  }
};
