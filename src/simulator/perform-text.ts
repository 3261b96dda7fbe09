import { setTimeout as delay } from 'node:timers/promises';
import type { AgentLink } from './agent-link.ts';
import { countCharacters, splitText } from './split-text.ts';
import type { Turn } from './turn.ts';

/** A usual size of a model's delta. */
const DEFAULT_CHUNK = 16;

const CHARACTERS_PER_TOKEN = 4;

/**
 * Says a text in deltas of `chunk` characters: one each `everyMs` by an absolute schedule, the first at once, or without
 * `everyMs` all as fast as the client takes them.
 */
export async function performText(
  link: AgentLink,
  turn: Turn,
  step: { readonly text: string; readonly chunk: number | undefined; readonly everyMs: number | undefined },
): Promise<void> {
  turn.addText(step.text);
  const everyMs = step.everyMs ?? 0;
  const startedAt = performance.now();
  let index = 0;
  for (const text of splitText(step.text, step.chunk ?? DEFAULT_CHUNK)) {
    const waitMs = startedAt + index * everyMs - performance.now();
    if (waitMs > 0) await delay(waitMs, undefined, { signal: link.signal });
    index += 1;
    const pause = link.update({ case: 'textDelta', value: { text } });
    if (pause !== undefined) await pause;
  }
  const tokens = Math.ceil(countCharacters(step.text) / CHARACTERS_PER_TOKEN);
  if (tokens > 0) await link.update({ case: 'tokenDelta', value: { tokens } });
}

/** Thinks a text, all at once. */
export async function performThinking(link: AgentLink, turn: Turn, thinking: string): Promise<void> {
  const startedAt = performance.now();
  for (const text of splitText(thinking, DEFAULT_CHUNK)) await link.update({ case: 'thinkingDelta', value: { text } });
  const thinkingDurationMs = Math.round(performance.now() - startedAt);
  await link.update({ case: 'thinkingCompleted', value: { thinkingDurationMs } });
  turn.addThinking(thinking, thinkingDurationMs);
}
