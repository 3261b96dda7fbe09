import type { RunEvent } from '../../core/run-event.ts';
import type { Usage } from '../../core/usage.ts';
import { estimateUsage } from '../output/estimate-usage.ts';

/** Counts what goes in and out, for where Cursor's own count is not there yet, or never comes. */
export interface CharacterCount {
  push(event: RunEvent): void;
  toUsage(): Usage;
}

export const createCharacterCount = (inputCharacters: number): CharacterCount => {
  let outputCharacters = 0;
  let reasoningCharacters = 0;
  return {
    push(event) {
      if (event.type === 'text-delta') outputCharacters += event.text.length;
      if (event.type === 'reasoning-delta') reasoningCharacters += event.text.length;
      if (event.type === 'tool-call') outputCharacters += event.name.length + event.arguments.length;
    },
    toUsage: () => estimateUsage({ inputCharacters, outputCharacters, reasoningCharacters }),
  };
};
