import type { InteractionUpdate } from '@cursor/sdk';

/**
 * The name of a tool that nobody offered and that an update is about; `null` for updates about none.
 *
 * The SDK would run its built-in tools for whoever asks: the list of tools that it sends is a request to the backend and
 * nothing that it enforces. So the first sign of such a tool ends the run. With `hasTools`, calls of the client's tools are
 * expected: the SDK names all of them `mcp`, and tells nothing of how the model finds out about them.
 */
export const toForeignToolName = (update: InteractionUpdate, { hasTools }: { readonly hasTools: boolean }) => {
  if ('toolCall' in update) return hasTools && update.toolCall.type === 'mcp' ? null : update.toolCall.type;
  if (update.type === 'shell-output-delta') return 'shell';
  if (update.type === 'tool-call-delta') return 'task';
  return update.type === 'tool-requests-listed' && !hasTools && update.callCount > 0 ? 'unknown' : null;
};
