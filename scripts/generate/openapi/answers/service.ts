import * as z from 'zod';

export const health = z
  .object({
    status: z.enum(['ok', 'degraded']),
    bridge: z.enum(['connected', 'unavailable']),
    version: z.string(),
    instance: z.string(),
    proxy: z.enum(['none', 'used', 'unsupported']),
  })
  .meta({ id: 'Health' });

export const readiness = z.object({ status: z.literal('ready') }).meta({ id: 'Ready' });

export const notReady = z
  .object({ status: z.literal('not_ready'), reason: z.string(), message: z.string() })
  .meta({ id: 'NotReady' });

export const index = z
  .object({
    name: z.literal('Portside'),
    version: z.string(),
    status: z.enum(['ok', 'degraded']),
    openai_base_url: z.string(),
    anthropic_base_url: z.string(),
    ollama_base_url: z.string(),
    docs: z.string(),
    openapi: z.string(),
  })
  .meta({ id: 'Index' });

export const session = z
  .object({ id: z.string(), model: z.string(), created_at: z.string(), last_used_at: z.string() })
  .meta({ id: 'Session' });

export const sessions = z.object({ object: z.literal('list'), data: z.array(session) }).meta({ id: 'SessionList' });

export const deletedSession = z.object({ deleted: z.literal(true), id: z.string() }).meta({ id: 'DeletedSession' });
