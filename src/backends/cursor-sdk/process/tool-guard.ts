import type { InteractionUpdate } from '@cursor/sdk';

/**
 * The name of the tool that an update is about; `null` for updates about no tool.
 *
 * Portside offers no tools, and says so to Cursor, but the SDK would run its built-in ones for whoever asks: the list of
 * tools is a request to the backend and nothing that the SDK enforces. So the first sign of a tool ends the run.
 */
export const toToolName = (update: InteractionUpdate): string | null => {
  if ('toolCall' in update) return update.toolCall.type;
  if (update.type === 'shell-output-delta') return 'shell';
  return update.type === 'tool-requests-listed' && update.callCount > 0 ? 'unknown' : null;
};
