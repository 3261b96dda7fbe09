import * as z from 'zod';
import { parseAt } from '../parse-at.ts';
import type { SentBlock } from './content-schema.ts';
import type { CountRequest } from './schema.ts';

/** A tool that comes or goes in the midst of a conversation. */
export type ToolChange =
  | { readonly type: 'define'; readonly definition: SentTool; readonly path: readonly PropertyKey[] }
  | { readonly type: 'add' | 'remove'; readonly name: string };

/** A tool as it was sent. */
export type SentTool = NonNullable<NonNullable<CountRequest['tools']>[number]>;

/** Whether a block is about {@link listToolChanges}. */
export const isToolChange = ({ type }: Pick<SentBlock, 'type'>): boolean =>
  type === 'tool_addition' || type === 'tool_removal';

/**
 * The changes that a conversation makes to the tools of its request, oldest first: by blocks of system messages, and by those
 * that a summary stands for.
 *
 * @throws GatewayError `validation_failed` for a change that is malformed
 */
export const listToolChanges = (messages: CountRequest['messages']): readonly ToolChange[] =>
  messages.flatMap(({ content }, index) =>
    Array.isArray(content)
      ? content.flatMap((block: SentBlock, at) => decodeBlock(block, ['messages', index, 'content', at]))
      : [],
  );

const decodeBlock = (block: SentBlock, path: readonly PropertyKey[]): readonly ToolChange[] => {
  if (block.type === 'compaction') {
    const { tool_changes: changes } = parseAt(compactionSchema, block, path);
    return (changes ?? []).flatMap((change, index) => decodeBlock(change, [...path, 'tool_changes', index]));
  }
  if (!isToolChange(block)) return [];
  const { tool } = parseAt(changeSchema, block, path);
  const toolPath = [...path, 'tool'];
  switch (tool.type) {
    case 'tool_definition': {
      const { definition } = parseAt(definitionSchema, tool, toolPath);
      return [{ type: 'define', definition, path: [...toolPath, 'definition'] }];
    }
    case 'tool_reference': {
      const { name } = parseAt(referenceSchema, tool, toolPath);
      return [{ type: block.type === 'tool_addition' ? 'add' : 'remove', name }];
    }
    default:
      // The others are of MCP servers that Anthropic would talk to.
      return [];
  }
};

const changeSchema = z.looseObject({ tool: z.looseObject({ type: z.string() }) });
const definitionSchema = z.looseObject({ definition: z.looseObject({ type: z.string().nullish() }) });
const referenceSchema = z.looseObject({ name: z.string() });
const compactionSchema = z.looseObject({ tool_changes: z.array(z.looseObject({ type: z.string() })).nullish() });
