import * as z from 'zod';
import type { Message } from '../core/run-request.ts';

const content = z.array(
  z.discriminatedUnion('type', [
    z.object({ type: z.literal('text'), text: z.string() }),
    z.object({ type: z.literal('image'), url: z.string(), param: z.string() }),
  ]),
);

const messageSchema: z.ZodType<Message> = z.discriminatedUnion('role', [
  z.object({ role: z.enum(['system', 'user']), content }),
  z.object({
    role: z.literal('assistant'),
    content,
    toolCalls: z.array(z.object({ id: z.string(), name: z.string(), arguments: z.string() })),
  }),
  z.object({ role: z.literal('tool'), toolCallId: z.string(), content }),
]);

/** Reads a message back from its JSON. @throws Error where it is not one */
export const parseStoredMessage = (json: unknown): Message => messageSchema.parse(JSON.parse(z.string().parse(json)));
