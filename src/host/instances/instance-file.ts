import * as z from 'zod';
import type { InstanceInfo } from './instance-info.ts';

/** What a Portside that serves leaves for its user's other ones; a secret, for its control token. */
export interface InstanceFile extends InstanceInfo {
  readonly port: number;
  /** Whoever holds it may ask this Portside to make way, and nothing else. */
  readonly controlToken: string;
  /** Its user has stopped the server on purpose: no other one is to come up in its place. */
  readonly isUnwanted: boolean;
}

const instanceFileSchema: z.ZodType<InstanceFile> = z.object({
  id: z.uuid(),
  kind: z.enum(['editor', 'cli']),
  name: z.string().nullable(),
  processId: z.int().positive(),
  dataFolderId: z.string(),
  port: z.int().min(1).max(65_535),
  controlToken: z.string().regex(/^[\w-]{43}$/),
  isUnwanted: z.boolean(),
});

/** Reads the text of an instance's file; `null` where it is none. */
export const parseInstanceFile = (text: string): InstanceFile | null => {
  try {
    const parsed = instanceFileSchema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
};

/** Whether a text is an instance's id, and therefore safe in the name of a file. */
export const isInstanceId = (text: string): boolean => z.uuid().safeParse(text).success;

/** What others see of it. */
export const toInstanceInfo = ({ id, kind, name, processId, dataFolderId }: InstanceFile): InstanceInfo => ({
  id,
  kind,
  name,
  processId,
  dataFolderId,
});
